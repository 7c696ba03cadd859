// Stacked bars, one a label, or a group of them a label; with ticks across them where markers say so.
define(['theme'], (theme) => {
  const kHeight = 300;
  const kLeastBar = 7, kLeastLabel = 13;  // px
  const kShapes = ['circle', 'diamond', 'triangle-up'];

  /** Text of the axis: `axis` is {title, format, unit}. */
  const labelOf = (axis) =>
      ({text: {signal: `format(datum.value, '${axis.format || '~s'}') + '${axis.unit || ''}'`}});

  function stacked(values, share) {
    const sums = new Map();
    const key = (row) => `${row.label}\n${row.bar}`;
    values.forEach((row) => sums.set(key(row), (sums.get(key(row)) || 0) + row.value));
    const ends = new Map();
    return values.map((row) => {
      const sum = sums.get(key(row)), from = ends.get(key(row)) || 0;
      const to = from + (share ? (sum > 0 ? row.value / sum : 0) : row.value);
      ends.set(key(row), to);
      return {...row, from, to, share: sum > 0 ? row.value / sum : 0, sum};
    });
  }

  const legend = (names) => ({
    orient: 'top',
    direction: 'horizontal',
    columns: Math.min(names.length, 7),
    columnPadding: 14,
    offset: 10,
    symbolSize: 110,
    encode: {labels: {update: {text: {signal: 'replace(datum.label, /_/g, \' \')'}}}}
  });

  /**
   * `values`: [{label, bar, part, value}] in drawing order, `bars` the members of a group ("" alone),
   * `markers`
   * [{label, name, value}] with a title in the legend. `share` draws each bar as 100 %.
   */
  return ({
           values,
           labels,
           bars = [''],
           parts,
           markers = [],
           markerTitle,
           axis,
           share = false,
           width,
           height = kHeight
         }) => {
    const rows = stacked(values, share).filter((row) => row.value > 0);
    if (rows.length === 0) return null;
    const groups = bars.length > 1;
    const least = labels.length * Math.max(kLeastLabel, bars.length * kLeastBar + 5) + 90;
    const named = [...new Set(markers.map((marker) => marker.name))];
    const upright = labels.length > Math.max(3, width / 110);
    const ink = theme.ink('ink');
    const shown = share ? {title: axis.title, format: '.0%'} : axis;
    return {
      width: Math.max(width, least),
      height,
      data: [
        {name: 'rows', values: rows},
        {name: 'feet', values: rows.filter((row) => row.from === 0)},
        {name: 'markers', values: share ? [] : markers},
      ],
      scales: [
        {
          name: 'x',
          type: 'band',
          domain: labels,
          range: 'width',
          paddingInner: groups   ? 0.2 :
              labels.length < 12 ? 0.35 :
                                   0.18,
          paddingOuter: 0.2
        },
        {
          name: 'bar',
          type: 'band',
          domain: bars,
          range: [0, {signal: 'bandwidth(\'x\')'}],
          paddingInner: groups ? 0.1 : 0
        },
        {
          name: 'y',
          type: 'linear',
          range: 'height',
          nice: !share,
          zero: true,
          domain: share ? [0, 1] : {fields: [{data: 'rows', field: 'to'}, {data: 'markers', field: 'value'}]}
        },
        {name: 'colour', type: 'ordinal', domain: parts, range: theme.colours(parts)},
        ...(named.length ?
                [
                  {
                    name: 'mark_colour',
                    type: 'ordinal',
                    domain: named,
                    range: named.map((n, i) => theme.colour(n, i + 5))
                  },
                  {name: 'mark_shape', type: 'ordinal', domain: named, range: kShapes}
                ] :
                []),
      ],
      axes: [
        {
          orient: 'left',
          scale: 'y',
          grid: true,
          domain: false,
          ticks: false,
          tickCount: 6,
          title: shown.title,
          encode: {labels: {update: labelOf(shown)}}
        },
        {
          orient: 'bottom',
          scale: 'x',
          ticks: false,
          labelPadding: groups && !upright ? 18 : 6,
          ...(upright ? {labelAngle: -90, labelAlign: 'right', labelBaseline: 'middle', labelFontSize: 10} :
                        {labelLimit: 140})
        },
      ],
      legends: [
        ...(parts.length > 1 || named.length ? [{...legend(parts), fill: 'colour', symbolType: 'square'}] :
                                               []),
        ...(named.length ? [{
          ...legend(named),
          title: markerTitle,
          titleOrient: 'left',
          stroke: 'mark_colour',
          shape: 'mark_shape',
          symbolStrokeWidth: 2,
          symbolFillColor: 'transparent'
        }] :
                           []),
      ],
      marks: [
        {
          type: 'rect',
          name: 'item',
          from: {data: 'rows'},
          encode: {
            enter: {
              x: {signal: 'scale(\'x\', datum.label) + scale(\'bar\', datum.bar)'},
              width: {scale: 'bar', band: 1},
              y: {scale: 'y', field: 'from'},
              y2: {scale: 'y', field: 'to'},
              fill: {scale: 'colour', field: 'part'},
              stroke: {value: theme.ink('card')},
              strokeWidth: {value: 0.5},
              tooltip: {value: true},
            },
            update: {fillOpacity: {value: 1}},
            hover: {fillOpacity: {value: 0.75}},
          }
        },
        {
          type: 'symbol',
          name: 'mark',
          from: {data: 'markers'},
          encode: {
            enter: {
              x: {scale: 'x', field: 'label', band: 0.5},
              y: {scale: 'y', field: 'value'},
              shape: {scale: 'mark_shape', field: 'name'},
              size: {value: 42},
              fill: {value: theme.ink('card')},
              stroke: {scale: 'mark_colour', field: 'name'},
              strokeWidth: {value: 2},
              tooltip: {value: true}
            }
          }
        },
        ...(groups && (width / labels.length) / bars.length > 12 ? [{
          type: 'text',
          from: {data: 'feet'},
          encode: {
            enter: {
              x: {signal: 'scale(\'x\', datum.label) + scale(\'bar\', datum.bar) + bandwidth(\'bar\') / 2'},
              y: {signal: 'height + 12'},
              text: {field: 'bar'},
              align: {value: 'center'},
              fontSize: {value: 10},
              fill: {value: ink}
            }
          }
        }] :
                                                                   []),
      ],
    };
  };
});
