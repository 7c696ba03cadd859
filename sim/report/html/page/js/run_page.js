// The report of one run.
define(
    ['dom', 'units', 'header', 'table', 'layers', 'layer_columns', 'run_figures'],
    ({h}, units, header, {Table}, layers, layerColumns, figures) => {
      const {engineering, count, percent, plain} = units;

      function tiles({totals, energy}) {
        const {status, max_abs_error_fp64: fp64Error} = totals.check;
        return header.tiles([
          ['cycles', count(totals.cycles), totals.cycles],
          ['time', engineering(totals.seconds, 's'), totals.seconds],
          ['energy', units.energy(totals.energy_pj.total, energy.unit), totals.energy_pj.total],
          ['average power', engineering(totals.power_w, 'W'), totals.power_w],
          ['TOPS/W', plain(totals.tops_per_w), totals.tops_per_w],
          ['energy × delay', engineering(totals.edp, 'J s'), totals.edp],
          ['utilization', percent(totals.utilization), totals.utilization],
          ['MACs', engineering(totals.macs, ''), totals.macs],
          ['DRAM bus', engineering(totals.dram.bus_bytes, 'B'), totals.dram.bus_bytes],
          ['burst efficiency', percent(totals.dram.burst_efficiency), totals.dram.burst_efficiency],
          ['DRAM bandwidth', `${plain(totals.dram.bandwidth_gbps)} GB/s`, totals.dram.bandwidth_gbps],
          ['check', status, status,
           status === 'pass'     ? 'pass' :
               status === 'fail' ? 'fail' :
                                   null],
          ...(fp64Error === null ? [] : [['fp64 error', units.scientific(fp64Error), fp64Error]]),
        ]);
      }

      /** How each layer was cut into tiles, and why. */
      function mappings(entries) {
        const labels = layers.labelled(entries);
        return h(
            'section', {id: 'mappings', class: 'long'},
            h('div', {class: 'bar'}, h('h2', {}, 'Mappings, and why')), ...entries.map((layer, i) => {
              const verdict = `${count(layer.cycles)} cycles, bound by ${layers.boundText(layer)} (${
                  count(layer.bound.cycles)})`;
              return h(
                  'details', {'data-layer': labels[i]}, h('summary', {}, `${labels[i]}: ${verdict}`),
                  h('pre', {tabindex: 0}, (layer.mapping || []).map((line) => `${line}\n`).join('')));
            }));
      }

      return (data) => {
        const {results} = data;
        header.heading(
            `${results.workload.name} on ${results.arch.name}`,
            [`${results.totals.layers} layers, energy table ${results.energy.name}, seed ${
                results.seed}, run ${results.run}`]);
        const repeats = results.layers.some((layer) => layer.repeat > 1);
        return [
          tiles(results),
          ...results.warnings.map((line) => h('p', {class: 'note warning'}, line)),
          ...(repeats ?
                  [
                    h('p', {class: 'note'},
                      'Bars count a layer as often as it repeats; the table and the roofline show one pass.')
                  ] :
                  []),
          ...figures(data),
          new Table({id: 'layers', title: 'Layers', columns: layerColumns(results), rows: results.layers})
              .element,
          ...(results.layers.some((layer) => layer.mapping) ? [mappings(results.layers)] : []),
          header.configuration(
              [['arch', results.arch], ['workload', results.workload], ['energy', results.energy]]),
        ];
      };
    });
