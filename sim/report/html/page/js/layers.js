// Layers as rows: a label each that no other layer has, and what is made of their counts.
define(['units'], ({sum}) => {
  /** Names, with what tells layers of one name apart, and how often each counts. */
  function labelled(layers) {
    const shared = (keys, layer) =>
        layers.filter((other) => keys.every((key) => other[key] === layer[key])).length > 1;
    const used = new Map();
    return layers.map((layer) => {
      let label = layer.name;
      if (shared(['name'], layer)) label += ` · ${layer.algorithm}`;
      if (shared(['name', 'algorithm'], layer)) label += ` · ${layer.dataflow}`;
      if (layer.repeat > 1) label += ` ×${layer.repeat}`;
      const times = (used.get(label) || 0) + 1;
      used.set(label, times);
      return times > 1 ? `${label} #${times}` : label;
    });
  }

  /** The parts that are not zero everywhere, in the order of results.json. */
  const parts = (maps) => [...new Set(maps.flatMap((map) => Object.keys(map)))].filter(
      (part) => maps.some((map) => map[part] > 0));

  const kBounds = {compute_cycles: 'compute', dram_cycles: 'dram', sram_cycles: 'sram'};
  const kBoundNames = {compute: 'compute', dram: 'DRAM', sram: 'SRAM'};

  /** Which of a layer's bounds is the highest: {name, cycles}. */
  function tightest(entry) {
    const [key, cycles] = Object.entries(entry.bounds).reduce((a, b) => (b[1] > a[1] ? b : a));
    return {name: kBounds[key] || key, cycles};
  }

  function dramBytes(entry) {
    return {
      ...Object.fromEntries(
          Object.entries(entry.dram.read_bytes).map(([tensor, bytes]) => [`read ${tensor}`, bytes])),
      ...Object.fromEntries(
          Object.entries(entry.dram.write_bytes).map(([tensor, bytes]) => [`write ${tensor}`, bytes]))
    };
  }

  const kWordBytes = 8;
  const sramBytes = (entry) => Object.fromEntries(
      Object.entries(entry.sram).map(([name,
                                       buffer]) => [name, kWordBytes * (buffer.reads + buffer.writes)]));

  return {
    labelled,
    parts,
    tightest,
    boundName: (name) => kBoundNames[name] || name,
    kBounds,
    dramBytes,
    sramBytes,
    sum
  };
});
