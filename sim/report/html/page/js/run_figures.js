// The charts of one run, all by layer.
define(
    ['units', 'layers', 'figure', 'charts/stacked_bars', 'charts/roofline'],
    (units, layers, {Figure}, stackedBars, roofline) => {
      const {engineering, count, percent, plain, sum, words} = units;
      const kScale = {label: 'scale', options: [['amount', 'amount'], ['share', 'share']], value: 'amount'};

      /** Bars of the parts that `of(layer)` gives, each times the layer's repeats. */
      function bars(results, labels, of, scale = 1) {
        const maps = results.layers.map(of);
        const parts = layers.parts(maps);
        const values =
            maps.flatMap((map, i) => parts.map((part) => ({
                                                 label: labels[i],
                                                 bar: '',
                                                 part,
                                                 value: (map[part] || 0) * results.layers[i].repeat * scale
                                               })));
        return {values, parts, labels};
      }

      const detail = (show) => (datum) => ({
        title: datum.label,
        lines: [
          [words(datum.part), show(datum.value)], ['share of the layer', percent(datum.share)],
          ['layer', show(datum.sum)]
        ]
      });

      function energyFigure(results, labels) {
        const isPj = results.energy.unit === 'pJ', unit = isPj ? 'J' : results.energy.unit;
        return new Figure({
          id: 'energy',
          title: 'Where the energy went',
          choices: {
            by: {
              label: 'split by',
              options: [['by_component', 'component'], ['by_tensor', 'tensor']],
              value: 'by_component'
            },
            scale: kScale
          },
          build: ({by, scale}, width) => stackedBars({
            ...bars(results, labels, (layer) => layer.energy_pj[by], isPj ? 1e-12 : 1),
            axis: {title: `energy, energy table ${results.energy.name}`, unit},
            share: scale === 'share',
            width
          }),
          details: detail((value) => engineering(value, unit)),
        });
      }

      const cyclesFigure = (results, labels) => new Figure({
        id: 'cycles',
        title: 'Where the cycles went',
        note:
            'Each cycle of the PE array has one name: busy, at least one PE does a useful MAC; fill drain, it moves and none does; ' +
            'wait input, operands are on their way; wait output, results cannot leave; idle, there is nothing to do.',
        choices: {scale: kScale},
        build: ({scale}, width) => stackedBars({
          ...bars(results, labels, (layer) => layer.pe_array),
          axis: {title: 'cycles'},
          share: scale === 'share',
          width
        }),
        details: detail((value) => `${count(value)} cycles`),
      });

      function boundsFigure(results, labels) {
        const markers = results.layers.flatMap(
            (layer, i) => Object.entries(layers.kBounds).map(([key, name]) => ({
                                                               label: labels[i],
                                                               name: layers.boundName(name),
                                                               value: layer.bounds[key] * layer.repeat,
                                                               layer
                                                             })));
        const values = results.layers.map((layer, i) => ({
                                            label: labels[i],
                                            bar: '',
                                            part: `${layers.boundName(layers.tightest(layer).name)} bound`,
                                            value: layer.cycles * layer.repeat,
                                            layer
                                          }));
        const parts = ['compute bound', 'DRAM bound', 'SRAM bound'].filter(
            (part) => values.some((value) => value.part === part));
        return new Figure({
          id: 'bounds',
          title: 'What bounds each layer',
          note:
              'Bars: simulated cycles, coloured by the highest bound. Marks: the least cycles that peak arithmetic, DRAM bandwidth and SRAM ports would take.',
          build: (chosen, width) => stackedBars(
              {values, labels, parts, markers, markerTitle: '  bounds:', axis: {title: 'cycles'}, width}),
          details: ({layer, label}) => {
            const bound = layers.tightest(layer);
            return {
              title: label,
              lines: [
                ['simulated', `${count(layer.cycles)} cycles`],
                ...Object.entries(layers.kBounds)
                    .map(([
                           key, name
                         ]) => [`${layers.boundName(name)} bound`, `${count(layer.bounds[key])} cycles`]),
                ['bound by', layers.boundName(bound.name)],
                ['simulated / bound', `${plain(layer.cycles / bound.cycles)} ×`]
              ]
            };
          },
        });
      }

      function rooflineFigure({results, machine}, labels) {
        const hertz = machine.clock_hz;
        const perSecond = (bytes) => (bytes === null ? null : bytes * hertz);
        const roofs = {
          peak: machine.macs_per_cycle * hertz,
          dram: perSecond(machine.dram_bytes_per_cycle),
          sram: perSecond(machine.sram_bytes_per_cycle)
        };
        const points = results.layers.flatMap(
            (layer, i) => [['dram', layer.dram.bus_bytes], ['sram', sum(layers.sramBytes(layer))]]
                              .filter(([, bytes]) => bytes > 0)
                              .map(([level, bytes]) => ({
                                     label: labels[i],
                                     level,
                                     layer,
                                     bytes,
                                     intensity: layer.macs / bytes,
                                     rate: layer.macs / layer.seconds
                                   })));
        return new Figure({
          id: 'roofline',
          title: 'Roofline',
          note:
              'The roofs are the machine\'s: all PEs busy, the DRAM bus always full, all SRAM banks and ports at work. A layer below them lost time to latency, ' +
              'conflicts or unused PEs.',
          build: (chosen, width) => roofline({points, roofs, width}),
          details: ({label, level, layer, bytes, intensity, rate}) => ({
            title: label,
            lines: [
              ['algorithm', layer.algorithm], ['dataflow', words(layer.dataflow)],
              ['MACs', count(layer.macs)], [`bytes, ${layers.boundName(level)}`, count(bytes)],
              ['MACs a byte', plain(intensity)], ['rate', engineering(rate, 'MAC/s')],
              ['utilization', percent(layer.utilization)],
              ['bound by', layers.boundName(layers.tightest(layer).name)]
            ]
          }),
        });
      }

      const trafficFigure = (results, labels) => new Figure({
        id: 'traffic',
        title: 'Traffic',
        note:
            'DRAM: bytes that the DMA engines asked for. SRAM: whole 64-bit words in and out of each buffer.',
        choices:
            {of: {label: 'of', options: [['dram', 'DRAM'], ['sram', 'SRAM']], value: 'dram'}, scale: kScale},
        build: ({of, scale}, width) => stackedBars({
          ...bars(results, labels, of === 'dram' ? layers.dramBytes : layers.sramBytes),
          axis: {title: of === 'dram' ? 'DRAM traffic' : 'SRAM traffic', unit: 'B'},
          share: scale === 'share',
          width
        }),
        details: detail((value) => engineering(value, 'B')),
      });

      function utilizationFigure(results, labels) {
        const values = results.layers.map(
            (layer, i) =>
                ({label: labels[i], bar: '', part: 'utilization', value: layer.utilization, layer}));
        const markers = results.layers.filter((layer) => layer.array_utilization !== layer.utilization)
                            .map((layer) => ({
                                   label: labels[results.layers.indexOf(layer)],
                                   name: 'array utilization',
                                   value: layer.array_utilization,
                                   layer
                                 }));
        return new Figure({
          id: 'utilization',
          title: 'Utilization',
          note: 'MACs of the layer over all that the PEs could have done.' +
              (markers.length ?
                   ' Marks: multiplications really made; they differ where an algorithm multiplies less or more.' :
                   ''),
          build: (chosen, width) => stackedBars({
            values,
            labels,
            parts: ['utilization'],
            markers,
            axis: {title: 'of peak', format: '.0%'},
            width,
            height: 200
          }),
          details: ({label, layer}) => ({
            title: label,
            lines: [
              ['utilization', percent(layer.utilization)],
              ['array utilization', percent(layer.array_utilization)], ['MACs', count(layer.macs)],
              ['cycles', count(layer.cycles)]
            ]
          }),
        });
      }

      return ({results, machine}) => {
        const labels = layers.labelled(results.layers);
        return [
          energyFigure(results, labels),
          cyclesFigure(results, labels),
          boundsFigure(results, labels),
          rooflineFigure({results, machine}, labels),
          utilizationFigure(results, labels),
          trafficFigure(results, labels),
        ].map((figure) => figure.element);
      };
    });
