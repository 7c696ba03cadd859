// The charts of one run, all by layer.
define(
    ['units', 'layers', 'figure', 'charts/stacked_bars', 'roofline_figure'],
    (units, layers, {Figure}, stackedBars, rooflineFigure) => {
      const {engineering, count, percent, plain, words} = units;
      const {kScale, kAmounts} = stackedBars;

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
            scale,
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
        build: ({scale}, width) => stackedBars(
            {...bars(results, labels, (layer) => layer.pe_array), axis: {title: 'cycles'}, scale, width}),
        details: detail((value) => `${count(value)} cycles`),
      });

      function boundsFigure(results, labels) {
        const bounds = layers.boundsOf(results.layers);
        const markers = results.layers.flatMap((layer, i) => bounds.map(([name, of]) => ({
                                                                          label: labels[i],
                                                                          name: layers.boundName(name),
                                                                          value: of(layer) * layer.repeat,
                                                                          layer
                                                                        })));
        const values = results.layers.map((layer, i) => ({
                                            label: labels[i],
                                            bar: '',
                                            part: `${layers.boundName(layer.bound.by)} bound`,
                                            value: layer.cycles * layer.repeat,
                                            layer
                                          }));
        const parts = bounds.map(([name]) => `${layers.boundName(name)} bound`)
                          .filter((part) => values.some((value) => value.part === part));
        return new Figure({
          id: 'bounds',
          title: 'What bounds each layer',
          note:
              'Bars: simulated cycles, coloured by the highest bound (of an algorithm in stages, of the stage that takes the longest). ' +
              'Marks: the least cycles that each unit would take: peak arithmetic, every lane of the vector unit, full DRAM bandwidth, a burst a cycle, all ports of the busiest buffer.',
          choices: {scale: kAmounts},
          build: ({scale}, width) => stackedBars({
            values,
            labels,
            parts,
            markers,
            markerTitle: '  bounds:',
            axis: {title: 'cycles'},
            scale,
            width
          }),
          details: ({layer, label}) => ({
            title: label,
            lines: [
              ['simulated', `${count(layer.cycles)} cycles`],
              ...bounds.map(
                  ([name, of]) => [`${layers.boundName(name)} bound`, `${count(of(layer))} cycles`]),
              ['bound by', layers.boundText(layer)],
              ['simulated / bound', `${plain(layer.cycles / layer.bound.cycles)} ×`]
            ]
          }),
        });
      }

      /** Nothing where every algorithm works in one pass. */
      function stagesFigure(results, labels) {
        const of = (layer) => Object.fromEntries(layer.stages.map(({name, cycles}) => [name, cycles]));
        const staged = results.layers.map((layer, i) => ({layer, label: labels[i]}))
                           .filter(({layer}) => layer.stages.length > 0);
        if (staged.length === 0) return [];
        return [new Figure({
          id: 'stages',
          title: 'Stages',
          note: 'Cycles of each pass of the algorithms that work in several, one after the other.',
          choices: {scale: kScale},
          build: ({scale}, width) => stackedBars({
            ...bars({layers: staged.map(({layer}) => layer)}, staged.map(({label}) => label), of),
            axis: {title: 'cycles'},
            scale,
            width
          }),
          details: detail((value) => `${count(value)} cycles`),
        })];
      }

      const trafficFigure = (results, labels) => new Figure({
        id: 'traffic',
        title: 'Traffic',
        note: 'DRAM: bytes on the bus, whole bursts. SRAM: whole 64-bit words in and out of each buffer.',
        choices:
            {of: {label: 'of', options: [['dram', 'DRAM'], ['sram', 'SRAM']], value: 'dram'}, scale: kScale},
        build: ({of, scale}, width) => stackedBars({
          ...bars(results, labels, of === 'dram' ? layers.dramBytes : layers.sramBytes),
          axis: {title: of === 'dram' ? 'DRAM traffic' : 'SRAM traffic', unit: 'B'},
          scale,
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
          ...stagesFigure(results, labels),
          rooflineFigure([{name: '', results, machine}]),
          utilizationFigure(results, labels),
          trafficFigure(results, labels),
        ].map((figure) => figure.element);
      };
    });
