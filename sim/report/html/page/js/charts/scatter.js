// Points of a sweep by two figures; the points that nothing betters are joined.
define(['theme', 'units', 'charts/log_axis', 'charts/legend'], (theme, units, logTicks, legend) => {
  const kHeight = 420;
  const kMargin = 0.06;

  /** A little more than the values span. */
  function domain(values, isLog) {
    const [to, from] = isLog ? [Math.log, Math.exp] : [(v) => v, (v) => v];
    const low = to(Math.min(...values)), high = to(Math.max(...values)),
          margin = (high - low || Math.abs(high) || 1) * kMargin;
    return [from(low - margin), from(high + margin)];
  }

  /**
   * `rows`: [{x, y, colour, front, group}]; `names` and `titles`: {x, y}; `colours`: values of the colour in
   * their order.
   */
  return ({rows, front, names, titles, colours, colourTitle, log, width}) => {
    if (rows.length === 0) return null;
    const positive = log && rows.every((row) => row.x > 0 && row.y > 0);
    const spans = {
      x: domain(rows.map((row) => row.x), positive),
      y: domain(rows.map((row) => row.y), positive)
    };
    const scale = (name, range) =>
        ({name, type: positive ? 'log' : 'linear', zero: false, range, domain: spans[name]});
    const axis = (orient, name) => ({
      orient,
      scale: name,
      grid: true,
      title: titles[name],
      ...(positive ? {values: logTicks(...spans[name])} : {tickCount: 7}),
      encode: {labels: {update: {text: {signal: `format(datum.value, '${units.figure(names[name]).tick}')`}}}}
    });
    return {
      width,
      height: kHeight,
      data: [{name: 'rows', values: rows}, {name: 'front', values: front}],
      scales: [
        scale('x', 'width'), scale('y', 'height'),
        {name: 'colour', type: 'ordinal', domain: colours, range: theme.colours(colours.map(() => ''))}
      ],
      axes: [axis('bottom', 'x'), axis('left', 'y')],
      legends: legend(colours, colourTitle),
      marks: [
        {
          type: 'group',
          from: {facet: {name: 'line', data: 'front', groupby: 'group'}},
          marks: [{
            type: 'line',
            from: {data: 'line'},
            encode: {
              enter: {
                x: {scale: 'x', field: 'x'},
                y: {scale: 'y', field: 'y'},
                interpolate: {value: 'monotone'},
                stroke: {value: theme.ink('ink')},
                strokeWidth: {value: 1.5},
                strokeDash: {value: [5, 3]}
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
              fill: {scale: 'colour', field: 'colour'},
              stroke: {signal: `datum.front ? '${theme.ink('ink')}' : '${theme.ink('card')}'`},
              strokeWidth: {signal: 'datum.front ? 2 : 0.5'},
              tooltip: {value: true}
            },
            update: {size: {signal: 'datum.front ? 110 : 55'}, fillOpacity: {value: 0.85}},
            hover: {size: {value: 220}, fillOpacity: {value: 1}}
          }
        },
      ],
    };
  };
});
