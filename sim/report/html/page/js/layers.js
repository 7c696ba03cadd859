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

  const kBoundNames = {compute: 'compute', vector: 'vector unit', dram: 'DRAM', dma: 'DMA', sram: 'SRAM'};
  const boundName = (name) => kBoundNames[name] || name;

  /** What limits a layer most: "DRAM", or "vector unit in data transform". */
  const boundText = ({bound}) => boundName(bound.by) + (bound.stage ? ` in ${bound.stage}` : '');

  /** The bounds that are not 0 everywhere: [[name, of(entry)]]. */
  const boundsOf = (entries) => Object.keys(kBoundNames)
                                    .map((name) => [name, (entry) => entry.bounds[`${name}_cycles`]])
                                    .filter(([, of]) => entries.some((entry) => of(entry) > 0));

  /** On the bus: whole bursts. */
  function dramBytes(entry) {
    const {bus_bytes_by_tensor: both, bus_read_bytes_by_tensor: read} = entry.dram;
    const named = (verb, of) =>
        Object.fromEntries(Object.keys(both).map((tensor) => [`${verb} ${tensor}`, of(tensor)]));
    return {
      ...named('read', (tensor) => read[tensor]),
      ...named('write', (tensor) => both[tensor] - read[tensor])
    };
  }

  const kWordBytes = 8;
  const sramBytes = (entry) => Object.fromEntries(
      Object.entries(entry.sram).map(([name,
                                       buffer]) => [name, kWordBytes * (buffer.reads + buffer.writes)]));

  return {labelled, parts, boundName, boundText, boundsOf, dramBytes, sramBytes, sum};
});
