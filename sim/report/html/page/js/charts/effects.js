// Main effects: the mean of a figure at each value of each setting, all on one scale.
define(['theme'], (theme) => {
  const kHeight = 280;

  /** `levels`: [{setting, key, value, mean, least, most, count}]: `key` names the place on the axis. */
  return ({levels, settings, overall, title, tick, width}) => {
    if (levels.length === 0) return null;
    const keys = settings.flatMap(
        (setting, i) =>
            [...levels.filter((level) => level.setting === setting).map((level) => level.key), `gap ${i}`]);
    keys.pop();
    return {
      width,
      height: kHeight,
      data: [
        {name: 'levels', values: levels}, {name: 'overall', values: [{y: overall}]}, {
          name: 'heads',
          values: settings.map((setting) => {
            const own = levels.filter((level) => level.setting === setting);
            return {setting, title: own[0].title, first: own[0].key, last: own[own.length - 1].key};
          })
        }
      ],
      scales: [
        {name: 'x', type: 'point', domain: keys, range: 'width', padding: 0.6}, {
          name: 'y',
          type: 'linear',
          zero: false,
          nice: true,
          range: 'height',
          domain: {fields: [{data: 'levels', field: 'mean'}]}
        },
        {
          name: 'words',
          type: 'ordinal',
          domain: levels.map((level) => level.key),
          range: levels.map((level) => level.value)
        }
      ],
      axes: [
        {
          orient: 'left',
          scale: 'y',
          grid: true,
          domain: false,
          tickCount: 6,
          title,
          encode: {labels: {update: {text: {signal: `format(datum.value, '${tick}')`}}}}
        },
        {
          orient: 'bottom',
          scale: 'x',
          ticks: false,
          domain: false,
          values: levels.map((level) => level.key),
          labelOverlap: false,
          ...(keys.length * 70 > width ? {labelAngle: -35, labelAlign: 'right'} : {}),
          encode: {labels: {update: {text: {signal: 'replace(scale(\'words\', datum.value), /_/g, \' \')'}}}}
        }
      ],
      marks: [
        {
          type: 'rule',
          from: {data: 'overall'},
          encode: {
            enter: {
              x: {value: 0},
              x2: {signal: 'width'},
              y: {scale: 'y', field: 'y'},
              stroke: {value: theme.ink('soft')},
              strokeDash: {value: [4, 4]}
            }
          }
        },
        {
          type: 'text',
          from: {data: 'heads'},
          encode: {
            enter: {
              x: {signal: '(scale(\'x\', datum.first) + scale(\'x\', datum.last)) / 2'},
              y: {value: -10},
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
          from: {facet: {name: 'line', data: 'levels', groupby: 'setting'}},
          marks: [{
            type: 'line',
            from: {data: 'line'},
            encode: {
              enter: {
                x: {scale: 'x', field: 'key'},
                y: {scale: 'y', field: 'mean'},
                stroke: {value: theme.ink('accent')},
                strokeWidth: {value: 2.5}
              }
            }
          }]
        },
        {
          type: 'symbol',
          name: 'item',
          from: {data: 'levels'},
          encode: {
            enter: {
              x: {scale: 'x', field: 'key'},
              y: {scale: 'y', field: 'mean'},
              fill: {value: theme.ink('accent')},
              stroke: {value: theme.ink('card')},
              tooltip: {value: true}
            },
            update: {size: {value: 90}},
            hover: {size: {value: 200}}
          }
        },
      ],
    };
  };
});
