// MACs a second over MACs a byte, under the machine's roofs; both axes logarithmic.
define(['theme', 'charts/log_axis'], (theme, logTicks) => {
  const kHeight = 400;

  /** The corners of a slope's line below the flat roof. */
  function slope(name, bytesPerSecond, [left, right], low, peak) {
    const from = Math.max(left, low / bytesPerSecond), to = Math.min(right, peak / bytesPerSecond);
    return [from, to].map((x) => ({name, x, y: x * bytesPerSecond}));
  }

  /**
   * `points`: [{label, level ("dram" or "sram"), intensity, rate}], `roofs`: {peak, dram, sram} in MACs and
   * bytes a second, null where there is no such roof.
   */
  return ({points, roofs, width}) => {
    if (points.length === 0) return null;
    const levels = ['dram', 'sram'].filter((level) => points.some((point) => point.level === level));
    const xs = points.map((p) => p.intensity),
          knees = levels.filter((l) => roofs[l]).map((l) => roofs.peak / roofs[l]);
    const x = [Math.min(...xs, ...knees) / 2, Math.max(...xs, ...knees) * 2];
    const low = Math.min(...points.map((p) => p.rate), roofs.peak / 10) / 1.6, high = roofs.peak * 1.8;
    const lines = [
      {name: 'peak', x: x[0], y: roofs.peak}, {name: 'peak', x: x[1], y: roofs.peak},
      ...levels.filter((level) => roofs[level])
          .flatMap((level) => slope(level, roofs[level], x, low, roofs.peak))
    ];
    const names = ['peak', 'dram', 'sram'],
          colours = [theme.ink('ink'), theme.colour('dram'), theme.colour('sram')];
    const text = {peak: 'peak of the PEs', dram: 'DRAM bandwidth', sram: 'SRAM bandwidth'};
    const labels = ['peak', ...levels.filter((level) => roofs[level])].map((name) => {
      if (name === 'peak') return {name, text: text[name], x: x[1], y: roofs.peak, align: 'right', dy: -7};
      const at = Math.max(x[0], (low / roofs[name]) * 1.25);
      return {name, text: text[name], x: at, y: at * roofs[name], align: 'left', dy: 4, dx: 10};
    });
    return {
      width,
      height: kHeight,
      data: [
        {name: 'points', values: points}, {name: 'lines', values: lines}, {name: 'labels', values: labels}
      ],
      scales: [
        {name: 'x', type: 'log', domain: x, range: 'width'},
        {name: 'y', type: 'log', domain: [low, high], range: 'height'},
        {name: 'colour', type: 'ordinal', domain: names, range: colours},
        {
          name: 'shape',
          type: 'ordinal',
          domain: levels,
          range: levels.map((level) => (level === 'dram' ? 'circle' : 'diamond'))
        },
        {
          name: 'level_colour',
          type: 'ordinal',
          domain: levels,
          range: levels.map((level) => theme.colour(level))
        },
      ],
      axes: [
        {
          orient: 'bottom',
          scale: 'x',
          grid: true,
          values: logTicks(...x),
          title: 'MACs a byte moved',
          encode: {labels: {update: {text: {signal: 'format(datum.value, \'~s\')'}}}}
        },
        {
          orient: 'left',
          scale: 'y',
          grid: true,
          values: logTicks(low, high),
          title: 'MACs a second',
          encode: {labels: {update: {text: {signal: 'format(datum.value, \'~s\')'}}}}
        },
      ],
      legends: [{
        orient: 'top',
        direction: 'horizontal',
        shape: 'shape',
        fill: 'level_colour',
        symbolSize: 90,
        columnPadding: 16,
        labelLimit: 400,
        encode: {
          labels: {
            update: {
              text: {
                signal:
                    'datum.value === \'dram\' ? \'a layer, by its bytes on the DRAM bus\' : \'the same, by its bytes in and out of SRAM\''
              }
            }
          }
        }
      }],
      marks: [
        {
          type: 'group',
          from: {facet: {name: 'line', data: 'lines', groupby: 'name'}},
          marks: [{
            type: 'line',
            from: {data: 'line'},
            encode: {
              enter: {
                x: {scale: 'x', field: 'x'},
                y: {scale: 'y', field: 'y'},
                stroke: {scale: 'colour', field: 'name'},
                strokeWidth: {value: 2}
              }
            }
          }]
        },
        {
          type: 'text',
          from: {data: 'labels'},
          encode: {
            enter: {
              x: {scale: 'x', field: 'x'},
              y: {scale: 'y', field: 'y'},
              text: {field: 'text'},
              align: {field: 'align'},
              dy: {field: 'dy'},
              dx: {field: 'dx'},
              fill: {scale: 'colour', field: 'name'},
              fontSize: {value: 12}
            }
          }
        },
        {
          type: 'symbol',
          name: 'item',
          from: {data: 'points'},
          encode: {
            enter: {
              x: {scale: 'x', field: 'intensity'},
              y: {scale: 'y', field: 'rate'},
              shape: {scale: 'shape', field: 'level'},
              fill: {scale: 'level_colour', field: 'level'},
              stroke: {value: theme.ink('card')},
              strokeWidth: {value: 1},
              tooltip: {value: true}
            },
            update: {size: {value: 75}, fillOpacity: {value: 0.85}},
            hover: {size: {value: 190}, fillOpacity: {value: 1}}
          }
        },
      ],
    };
  };
});
