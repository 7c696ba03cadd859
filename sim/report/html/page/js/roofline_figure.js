// Layers of one run or of several under the roofs of their machines.
define(['units', 'layers', 'figure', 'charts/roofline'], (units, layers, {Figure}, roofline) => {
  const {engineering, count, percent, plain, words} = units;

  const roofsOf = ({clock_hz: hertz, ...machine}) => {
    const perSecond = (bytes) => (bytes === null ? null : bytes * hertz);
    return {
      peak: machine.macs_per_cycle * hertz,
      dram: perSecond(machine.dram_bytes_per_cycle),
      sram: perSecond(machine.sram_bytes_per_cycle)
    };
  };

  /** Bytes of a layer at each level. In SRAM: what bounds.sram_cycles stands for at the roof's rate. */
  const bytesOf = (layer, machine) => [
      ['dram', layer.dram.bus_bytes], ['sram', layer.bounds.sram_cycles * machine.sram_bytes_per_cycle]];

  function pointsOf({name, results, machine}) {
    const labels = layers.labelled(results.layers);
    return results.layers.flatMap(
        (layer, i) =>
            bytesOf(layer, machine).filter(([, bytes]) => bytes > 0).map(([level, bytes]) => ({
                                                                           series: name,
                                                                           label: labels[i],
                                                                           level,
                                                                           layer,
                                                                           bytes,
                                                                           intensity: layer.macs / bytes,
                                                                           rate: layer.macs / layer.seconds
                                                                         })));
  }

  /** `runs`: [{name, results, machine}], the name empty where there is one run only. */
  return (runs) => {
    const several = runs.length > 1;
    const points = runs.flatMap(pointsOf);
    const machines = runs.map(({name, machine}) => ({name, roofs: roofsOf(machine)}));
    return new Figure({
      id: 'roofline',
      title: 'Roofline',
      note:
          'The roofs are the machine\'s: all PEs busy, the DRAM bus always full, all banks and ports of the busiest buffer at work ' +
          '(bounds.sram_cycles). A layer below them lost time to latency, conflicts or unused PEs.',
      choices: several ? {
        level: {
          label: 'bytes of',
          options: [['dram', 'DRAM'], ['sram', 'SRAM']],
          value: points.some((point) => point.level === 'dram') ? 'dram' : 'sram'
        }
      } :
                         {},
      build: ({level}, width) =>
          roofline({points: points.filter((point) => !several || point.level === level), machines, width}),
      details: ({series, label, level, layer, bytes, intensity, rate}) => ({
        title: several ? `${series}, ${label}` : label,
        lines: [
          ['algorithm', layer.algorithm], ['dataflow', words(layer.dataflow)], ['MACs', count(layer.macs)],
          [`bytes, ${layers.boundName(level)}`, count(bytes)], ['MACs a byte', plain(intensity)],
          ['rate', engineering(rate, 'MAC/s')], ['utilization', percent(layer.utilization)],
          ['bound by', layers.boundText(layer)]
        ]
      }),
    });
  };
});
