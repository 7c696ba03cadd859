// MACs a second over MACs a byte, under the machine's roofs; both axes logarithmic.
define(['theme', 'charts/log_axis'], (theme, logTicks) => {
  const kHeight = 400;

  const kNames = ['peak', 'dram', 'sram'];
  const kText = {peak: 'peak of the PEs', dram: 'DRAM bandwidth', sram: 'SRAM bandwidth'};
  const kOf = {
    dram: 'a layer, by its bytes on the DRAM bus',
    sram: 'the same, by the bytes that its busiest buffer must serve'
  };

  /**
   * Each roof once: {name, value, series: of the first machine that has it, names: of all, peak: their
   * highest}.
   */
  function roofsOf(machines, levels) {
    const roofs = [];
    for (const name of ['peak', ...levels]) {
      for (const {name: series, roofs: {[name]: value, peak}} of machines) {
        if (!value) continue;
        const known = roofs.find((roof) => roof.name === name && roof.value === value);
        if (!known) roofs.push({name, value, series, names: [series], peak});
        if (known) known.names.push(series);
        if (known) known.peak = Math.max(known.peak, peak);
      }
    }
    return roofs;
  }

  /** The ends of a roof's line between `left` and `right` and above `low`. */
  function ends({name, value, series, peak}, [left, right], low) {
    const line = (...xys) => xys.map(([x, y]) => ({series, name, x, y}));
    if (name === 'peak') return line([left, value], [right, value]);
    const from = Math.max(left, low / value), to = Math.min(right, peak / value);
    return line([from, from * value], [to, to * value]);
  }

  /** What stands at a roof. */
  function label({name, value, series, names}, [left, right], low, several) {
    const of = {series, name, text: several ? `${names.join(', ')}: ${kText[name]}` : kText[name]};
    if (name === 'peak') return {...of, x: right, y: value, align: 'right', dy: -7};
    const at = Math.max(left, (low / value) * 1.25);
    return {...of, x: at, y: at * value, align: 'left', dy: 4, dx: 10};
  }

  /**
   * `points`: [{series, label, level ("dram" or "sram"), intensity, rate}], `machines`: [{name, roofs}], the
   * points' series; roofs {peak, dram, sram} in MACs and bytes a second, null where there is no such roof.
   * One machine's points are coloured by level, those of several by series.
   */
  return ({points, machines, width}) => {
    if (points.length === 0) return null;
    const several = machines.length > 1;
    const levels = ['dram', 'sram'].filter((level) => points.some((point) => point.level === level));
    const peaks = machines.map(({roofs}) => roofs.peak);
    const xs = points.map((p) => p.intensity),
          knees =
              machines.flatMap(({roofs}) => levels.filter((l) => roofs[l]).map((l) => roofs.peak / roofs[l]));
    const x = [Math.min(...xs, ...knees) / 2, Math.max(...xs, ...knees) * 2];
    const low = Math.min(...points.map((p) => p.rate), Math.min(...peaks) / 10) / 1.6,
          high = Math.max(...peaks) * 1.8;
    const roofs = roofsOf(machines, levels);
    const lines = roofs.flatMap((roof) => ends(roof, x, low));
    const labels = roofs.map((roof) => label(roof, x, low, several));
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
