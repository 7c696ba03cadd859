// The columns of a run's table of layers: figures of results.json as they stand there, for one pass.
define(['units', 'layers'], (units, layers) => {
  const {count, percent, plain, engineering, sum} = units;

  return (results) => {
    const word = (key) => ({key, title: key, isText: true, get: (layer) => layer[key]});
    const repeats = results.layers.some((layer) => layer.repeat > 1);
    return [
      {...word('name'), title: 'layer'},
      word('type'),
      ...(repeats ? [{key: 'repeat', title: 'repeat', get: (layer) => layer.repeat}] : []),
      word('algorithm'),
      word('dataflow'),
      word('format'),
      {key: 'cycles', title: 'cycles', get: (layer) => layer.cycles, show: count},
      {key: 'seconds', title: 'time', get: (layer) => layer.seconds, show: (v) => engineering(v, 's')},
      {key: 'macs', title: 'MACs', get: (layer) => layer.macs, show: count},
      {key: 'utilization', title: 'util', get: (layer) => layer.utilization, show: percent},
      {
        key: 'bound_by',
        title: 'bound by',
        isText: true,
        get: layers.boundText,
        hint: 'the highest bound; of an algorithm in stages, of the stage that takes the longest'
      },
      {
        key: 'bound',
        title: 'bound',
        get: (layer) => layer.bound.cycles,
        show: count,
        hint: 'the least cycles of the layer; of an algorithm in stages, of all its stages'
      },
      {
        key: 'over_bound',
        title: 'cycles / bound',
        get: (layer) => layer.cycles / layer.bound.cycles,
        show: plain
      },
      {
        key: 'energy',
        title: 'energy',
        get: (layer) => layer.energy_pj.total,
        show: (v) => units.energy(v, results.energy.unit)
      },
      {key: 'power_w', title: 'power', get: (layer) => layer.power_w, show: (v) => engineering(v, 'W')},
      {key: 'tops_per_w', title: 'TOPS/W', get: (layer) => layer.tops_per_w, show: plain},
      {key: 'edp', title: 'energy × delay', get: (layer) => layer.edp, show: (v) => engineering(v, 'J s')},
      {
        key: 'dram_read',
        title: 'DRAM read',
        get: (layer) => sum(layer.dram.bus_read_bytes_by_tensor),
        show: (v) => engineering(v, 'B'),
        hint: 'bytes on the bus: whole bursts'
      },
      {
        key: 'dram_written',
        title: 'DRAM written',
        get: (layer) => layer.dram.bus_bytes - sum(layer.dram.bus_read_bytes_by_tensor),
        show: (v) => engineering(v, 'B'),
        hint: 'bytes on the bus: whole bursts'
      },
      {
        key: 'burst_efficiency',
        title: 'bursts',
        get: (layer) => layer.dram.burst_efficiency,
        show: percent,
        hint: 'burst efficiency: bytes asked for over bytes on the bus'
      },
      {key: 'dram_gbps', title: 'GB/s', get: (layer) => layer.dram.bandwidth_gbps, show: plain},
      {
        key: 'sram',
        title: 'SRAM',
        get: (layer) => sum(layers.sramBytes(layer)),
        show: (v) => engineering(v, 'B')
      },
      {
        key: 'check',
        title: 'check',
        isText: true,
        get: (layer) => layer.check.status,
        cellClass: (layer) => (layer.check.status === 'skipped' ? '' : layer.check.status)
      },
      ...(results.layers.some((layer) => layer.check.outputs_fp64 > 0) ? [{
        key: 'max_abs_error_fp64',
        title: 'fp64 error',
        get: (layer) => layer.check.max_abs_error_fp64,
        show: units.scientific,
        hint: 'largest difference of an output from the layer computed in fp64'
      }] :
                                                                         []),
    ];
  };
});
