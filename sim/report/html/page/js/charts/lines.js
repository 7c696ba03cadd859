// A figure over the values of a setting, a line for each value of another.
define(['theme', 'charts/log_axis', 'charts/legend'], (theme, logTicks, legend) => {
  const kHeight = 360;

  /**
   * `rows`: [{x, y, line}]; `xs` and `lines`: the values of x and line in their order; `titles`: {x, y,
   * line}.
   */
  return ({rows, xs, lines, titles, tick, log, width}) => {
    if (rows.length === 0) return null;
    const ys = rows.map((row) => row.y);
    const isLog = log && ys.every((y) => y > 0);
    return {
      width,
      height: kHeight,
      data: [{name: 'rows', values: rows}],
      scales: [
        {name: 'x', type: 'point', domain: xs, range: 'width', padding: 0.4}, {
          name: 'y',
          type: isLog ? 'log' : 'linear',
          zero: !isLog,
          nice: !isLog,
          range: 'height',
          domain: {data: 'rows', field: 'y'}
        },
        {name: 'colour', type: 'ordinal', domain: lines, range: theme.colours(lines.map(() => ''))}
      ],
      axes: [
        {
          orient: 'left',
          scale: 'y',
          grid: true,
          domain: false,
          title: titles.y,
          ...(isLog ? {values: logTicks(Math.min(...ys), Math.max(...ys))} : {tickCount: 7}),
          encode: {labels: {update: {text: {signal: `format(datum.value, '${tick}')`}}}}
        },
        {
          orient: 'bottom',
          scale: 'x',
          title: titles.x,
          ...(xs.length * 70 > width ? {labelAngle: -35, labelAlign: 'right'} : {}),
          encode: {labels: {update: {text: {signal: 'replace(datum.value, /_/g, \' \')'}}}}
        }
      ],
      legends: legend(lines, titles.line),
      marks: [
        {
          type: 'group',
          from: {facet: {name: 'line', data: 'rows', groupby: 'line'}},
          marks: [{
            type: 'line',
            from: {data: 'line'},
            encode: {
              enter: {
                x: {scale: 'x', field: 'x'},
                y: {scale: 'y', field: 'y'},
                stroke: {scale: 'colour', field: 'line'},
                strokeWidth: {value: 2}
              }
            }
          }]
        },
        {
          type: 'symbol',
          name: 'item',
          from: {data: 'rows'},
          encode: {
            enter: {
              x: {scale: 'x', field: 'x'},
              y: {scale: 'y', field: 'y'},
              fill: {scale: 'colour', field: 'line'},
              stroke: {value: theme.ink('card')},
              tooltip: {value: true}
            },
            update: {size: {value: 60}},
            hover: {size: {value: 180}}
          }
        },
      ],
    };
  };
});
