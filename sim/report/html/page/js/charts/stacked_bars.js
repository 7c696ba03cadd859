// Stacked bars, one a label, or a group of them a label; with ticks across them where markers say so.
define(['theme', 'charts/log_axis'], (theme, logTicks) => {
  const kHeight = 300;
  const kLeastBar = 7, kLeastLabel = 13;  // px
  const kShapes = ['circle', 'diamond', 'triangle-up', 'square', 'triangle-down'];
  const kAmounts = {label: 'scale', options: [['amount', 'amount'], ['log', 'log']], value: 'amount'};
  const kScale = {...kAmounts, options: [['amount', 'amount'], ['share', 'share'], ['log', 'log']]};

  /** Text of the axis: `axis` is {title, format, unit}. */
  const labelOf = (axis) =>
      ({text: {signal: `format(datum.value, '${axis.format || '~s'}') + '${axis.unit || ''}'`}});

  /**
   * Where each part of a bar begins and ends: as it is; as a share of its bar; or, on a logarithmic axis that
   * begins at `foot`, a little below the lowest bar or marker, as a share of the height of its bar.
   */
  function stacked(values, scale, markers) {
    const sums = new Map();
    const key = (row) => `${row.label}\n${row.bar}`;
    values.forEach((row) => sums.set(key(row), (sums.get(key(row)) || 0) + row.value));
    const heights =
        [...sums.values(), ...markers.map((marker) => marker.value)].filter((height) => height > 0);
    const foot = scale === 'log' ? Math.min(...heights) / 2 : 0;
    const at = {
      amount: (part, sum) => part,
      share: (part, sum) => (sum > 0 ? part / sum : 0),
      log: (part, sum) => (sum > 0 ? foot * (sum / foot) ** (part / sum) : foot)
    }[scale];
    const ends = new Map();
    const rows = values.map((row) => {
      const sum = sums.get(key(row)), from = ends.get(key(row)) || 0, to = from + row.value;
      ends.set(key(row), to);
      return {
        ...row,
        from: at(from, sum),
        to: at(to, sum),
        isFoot: from === 0,
        share: sum > 0 ? row.value / sum : 0,
        sum
      };
    });
    return {rows: rows.filter((row) => row.value > 0), foot};
  }

  /** As many columns as the longest name lets. */
  const legend = (names, width) => ({
    orient: 'top',
    direction: 'horizontal',
    columns: Math.max(
        1, Math.min(names.length, 7, Math.floor(width / (7 * Math.max(...names.map((n) => n.length)) + 40)))),
    columnPadding: 14,
    offset: 10,
    symbolSize: 110,
    encode: {labels: {update: {text: {signal: 'replace(datum.label, /_/g, \' \')'}}}}
  });

  /**
   * `values`: [{label, bar, part, value}] in drawing order, `bars` the members of a group ("" alone),
   * `markers`
   * [{label, name, value}] with a title in the legend. `scale`: "amount", "share" (each bar as 100 %) or
   * "log": the bars' heights on a logarithmic axis, their parts as shares of the height.
   */
  const chart = ({
    values,
    labels,
    bars = [''],
    parts,
    markers = [],
    markerTitle,
    axis,
    scale = 'amount',
    width,
    height = kHeight
  }) => {
    const share = scale === 'share', log = scale === 'log';
    const marked = share ? [] : log ? markers.filter((marker) => marker.value > 0) : markers;
    const {rows, foot} = stacked(values, scale, marked);
    if (rows.length === 0) return null;
    const top = Math.max(...rows.map((row) => row.to), ...marked.map((marker) => marker.value)) * 1.1;
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
        {name: 'feet', values: rows.filter((row) => row.isFoot)},
        {name: 'markers', values: marked},
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
          range: 'height',
          ...(log ? {type: 'log', zero: false, domain: [foot, top]} : {
            type: 'linear',
            nice: !share,
            zero: true,
            domain: share ? [0, 1] :
                            {fields: [{data: 'rows', field: 'to'}, {data: 'markers', field: 'value'}]}
          })
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
          ...(log ? {values: logTicks(foot, top)} : {tickCount: 6}),
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
        ...(parts.length > 1 || named.length ?
                [{...legend(parts, width), fill: 'colour', symbolType: 'square'}] :
                []),
        ...(named.length ? [{
          ...legend(named, width),
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

  return Object.assign(chart, {kScale, kAmounts});
});
