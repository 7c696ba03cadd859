// Parallel coordinates: an axis a setting or figure, a line a point.
define(['theme'], (theme) => {
  const kHeight = 340;
  const kSkew = 4;  // beyond this ratio colours follow the logarithm

  /**
   * `axes`: [{title, values (of words) or null (numbers), tick}], `rows`: [{a0, a1, …, colour}]: a value an
   * axis.
   */
  return ({axes, rows, colourTitle, colourTick, width}) => {
    if (rows.length === 0) return null;
    const names = axes.map((axis, i) => `a${i}`);
    const scaleOf = (axis, i) =>
        (axis.values ?
             {name: names[i], type: 'point', domain: axis.values, range: [kHeight, 0], padding: 0.5} :
             {
               name: names[i],
               type: 'linear',
               zero: false,
               nice: true,
               range: [kHeight, 0],
               domain: {data: 'rows', field: names[i]}
             });
    const colours = rows.map((row) => row.colour), least = Math.min(...colours);
    const isSkewed = least > 0 && Math.max(...colours) > kSkew * least;
    return {
      width,
      height: kHeight,
      padding: {left: 60, right: 60, top: 2, bottom: 2},
      data: [
        {name: 'rows', values: rows},
        {name: 'axes', values: names.map((name, i) => ({name, title: axes[i].title}))}
      ],
      scales: [
        {name: 'along', type: 'point', domain: names, range: 'width'}, ...axes.map(scaleOf), {
          name: 'colour',
          type: isSkewed ? 'log' : 'linear',
          ...(isSkewed ? {} : {zero: false}),
          domain: {data: 'rows', field: 'colour'},
          range: {scheme: theme.name() === 'dark' ? 'plasma' : 'viridis'}
        }
      ],
      // Twice: the labels' outline, then the labels, which would drown in the lines.
      axes: axes.flatMap(
          (axis, i) => [{stroke: {value: theme.ink('card')}, strokeWidth: {value: 4}},
                        {fill: {value: theme.ink('ink')}}]
                           .map((update) => ({
                                  orient: 'left',
                                  scale: names[i],
                                  zindex: 1,
                                  tickCount: 6,
                                  offset: {scale: 'along', value: names[i], mult: -1},
                                  labelLimit: 110,
                                  domainColor: theme.ink('soft'),
                                  encode: {
                                    labels: {
                                      update: {
                                        ...update,
                                        text: {
                                          signal: axis.values ? 'replace(datum.value, /_/g, \' \')' :
                                                                `format(datum.value, '${axis.tick}')`
                                        }
                                      }
                                    }
                                  }
                                }))),
      legends: [{
        fill: 'colour',
        orient: 'bottom',
        direction: 'horizontal',
        title: colourTitle,
        titleOrient: 'left',
        format: colourTick,
        tickCount: 4,
        gradientLength: 240,
        offset: 14
      }],
      marks: [
        {
          type: 'text',
          from: {data: 'axes'},
          encode: {
            enter: {
              x: {scale: 'along', field: 'name'},
              y: {value: -14},
              align: {value: 'center'},
              text: {field: 'title'},
              fontSize: {value: 12},
              fontWeight: {value: 600},
              fill: {value: theme.ink('ink')}
            }
          }
        },
        {
          type: 'group',
          from: {facet: {name: 'one', data: 'rows', groupby: 'id'}},
          marks: [{
            type: 'group',
            from: {data: 'one'},
            marks: [{
              type: 'line',
              name: 'item',
              from: {data: 'axes'},
              encode: {
                enter: {
                  x: {scale: 'along', field: 'name'},
                  y: {scale: {datum: 'name'}, field: {parent: {datum: 'name'}}},
                  stroke: {scale: 'colour', field: {parent: 'colour'}},
                  tooltip: {value: true}
                },
                update: {strokeWidth: {value: 1.3}, strokeOpacity: {value: 0.65}},
                hover: {strokeWidth: {value: 4}, strokeOpacity: {value: 1}}
              }
            }]
          }]
        },
      ],
    };
  };
});
