// MACs a second over MACs a byte, under the machine's roofs; both axes logarithmic.
define(['theme', 'charts/log_axis'], (theme, logTicks) => {
  const kHeight = 400;

  const kNames = ['peak', 'dram', 'sram'];
  const kText = {peak: 'peak of the PEs', dram: 'DRAM bandwidth', sram: 'SRAM bandwidth'};
  const kOf = {
    dram: 'a layer, by its bytes on the DRAM bus',
    sram: 'the same, by the bytes that its busiest buffer must serve'
  };

  /** The corners of a machine's roofs between `x` and above `low`: the flat one, and a slope a level. */
  function corners({name: series, roofs}, levels, [left, right], low) {
    const line = (name, ...ends) => ends.map(([x, y]) => ({series, name, x, y}));
    const slope = (name) => {
      const from = Math.max(left, low / roofs[name]), to = Math.min(right, roofs.peak / roofs[name]);
      return line(name, [from, from * roofs[name]], [to, to * roofs[name]]);
    };
    return [
      ...line('peak', [left, roofs.peak], [right, roofs.peak]),
      ...levels.filter((level) => roofs[level]).flatMap(slope)
    ];
  }

  /** What stands at each roof. */
  function texts({name: series, roofs}, levels, [left, right], low, several) {
    const said = (name) => (several ? `${series}: ${kText[name]}` : kText[name]);
    return ['peak', ...levels.filter((level) => roofs[level])].map((name) => {
      const of = {series, name, text: said(name)};
      if (name === 'peak') return {...of, x: right, y: roofs.peak, align: 'right', dy: -7};
      const at = Math.max(left, (low / roofs[name]) * 1.25);
      return {...of, x: at, y: at * roofs[name], align: 'left', dy: 4, dx: 10};
    });
  }

  /** Each roof once, by the first machine that has it. */
  const distinct = (machines) => machines.filter(
      ({roofs}, i) => machines.findIndex((other) => kNames.every((n) => other.roofs[n] === roofs[n])) === i);

  /**
   * `points`: [{series, label, level ("dram" or "sram"), intensity, rate}], `machines`: [{name, roofs}], the
   * points' series; roofs {peak, dram, sram} in MACs and bytes a second, null where there is no such roof.
   * One machine's points are coloured by level, those of several by series.
   */
  return ({points, machines, width}) => {
    if (points.length === 0) return null;
    const several = machines.length > 1, roofed = distinct(machines);
    const levels = ['dram', 'sram'].filter((level) => points.some((point) => point.level === level));
    const peaks = machines.map(({roofs}) => roofs.peak);
    const xs = points.map((p) => p.intensity),
          knees =
              machines.flatMap(({roofs}) => levels.filter((l) => roofs[l]).map((l) => roofs.peak / roofs[l]));
    const x = [Math.min(...xs, ...knees) / 2, Math.max(...xs, ...knees) * 2];
    const low = Math.min(...points.map((p) => p.rate), Math.min(...peaks) / 10) / 1.6,
          high = Math.max(...peaks) * 1.8;
    const lines = roofed.flatMap((machine) => corners(machine, levels, x, low));
    const labels = roofed.flatMap((machine) => texts(machine, levels, x, low, roofed.length > 1));
    const series = machines.map(({name}) => name);
    const key = several ? 'series' : 'name';
    const domain = several ? series : kNames,
          range = several ? theme.colours(series) :
                            [theme.ink('ink'), theme.colour('dram'), theme.colour('sram')];
    return {
      width,
      height: kHeight,
      data: [
        {name: 'points', values: points}, {name: 'lines', values: lines}, {name: 'labels', values: labels}
      ],
      scales: [
        {name: 'x', type: 'log', domain: x, range: 'width'},
        {name: 'y', type: 'log', domain: [low, high], range: 'height'},
        {name: 'colour', type: 'ordinal', domain, range},
        {
          name: 'shape',
          type: 'ordinal',
          domain: levels,
          range: levels.map((level) => (level === 'dram' ? 'circle' : 'diamond'))
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
        ...(several ? {fill: 'colour', symbolType: 'circle'} :
                      {shape: 'shape', symbolFillColor: theme.ink('soft')}),
        symbolSize: 90,
        columnPadding: 16,
        labelLimit: 400,
        encode: {
          labels:
              {update: {text: {signal: several ? 'datum.label' : `(${JSON.stringify(kOf)})[datum.value]`}}}
        }
      }],
      marks: [
        {
          type: 'group',
          from: {facet: {name: 'line', data: 'lines', groupby: ['series', 'name']}},
          marks: [{
            type: 'line',
            from: {data: 'line'},
            encode: {
              enter: {
                x: {scale: 'x', field: 'x'},
                y: {scale: 'y', field: 'y'},
                stroke: {scale: 'colour', field: key},
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
              fill: {scale: 'colour', field: key},
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
              fill: {scale: 'colour', field: several ? 'series' : 'level'},
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
