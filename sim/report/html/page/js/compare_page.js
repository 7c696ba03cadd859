// Runs side by side.
define(
    ['dom', 'units', 'header', 'layers', 'figure', 'table', 'charts/stacked_bars', 'roofline_figure'],
    ({h}, units, header, layers, {Figure}, {Table}, stackedBars, rooflineFigure) => {
      const {amount, count, engineering, percent, plain, words} = units;
      const {kScale} = stackedBars;
      const kViews = {
        component: {text: 'component', of: (entry) => entry.energy_pj.by_component, isEnergy: true},
        tensor: {text: 'tensor', of: (entry) => entry.energy_pj.by_tensor, isEnergy: true},
      };

      /** "A", "B", … "Z", "AA". */
      const letter = (i) =>
          (i < 26 ? '' : letter(Math.floor(i / 26) - 1)) + String.fromCharCode(65 + (i % 26));

      function runList(runs) {
        return new Table({
          id: 'runs',
          title: 'Runs',
          rows: runs,
          columns: [
            {key: 'run', title: 'run', isText: true, get: (run) => run.letter},
            {key: 'path', title: 'path', isText: true, get: (run) => run.name},
            {key: 'workload', title: 'workload', isText: true, get: (run) => run.results.workload.name},
            {key: 'arch', title: 'architecture', isText: true, get: (run) => run.results.arch.name},
            {key: 'energy_table', title: 'energy table', isText: true, get: (run) => run.results.energy.name},
            {key: 'layers', title: 'layers', get: (run) => run.results.totals.layers},
            {key: 'cycles', title: 'cycles', get: (run) => run.results.totals.cycles, show: count}, {
              key: 'energy',
              title: 'energy',
              get: (run) => run.results.totals.energy_pj.total,
              show: (v, run) => units.energy(v, run.results.energy.unit)
            },
            {
              key: 'utilization',
              title: 'utilization',
              get: (run) => run.results.totals.utilization,
              show: percent
            },
            {key: 'tops_per_w', title: 'TOPS/W', get: (run) => run.results.totals.tops_per_w, show: plain},
            {key: 'check', title: 'check', isText: true, get: (run) => run.results.totals.check.status}
          ],
        });
      }

      const detail = (runs, show) => (datum) => ({
        title:
            `${datum.run}${datum.label === datum.bar || datum.label === datum.run ? '' : `, ${datum.label}`}`,
        lines: [
          [words(datum.part), show(datum.value)], ['share', percent(datum.share)], ['bar', show(datum.sum)]
        ]
      });

      /** Bars of whole runs. */
      function totalsFigure({id, title, runs, views, unit, scale}) {
        return new Figure({
          id,
          title,
          choices: {
            ...(views.length > 1 ? {
              by: {
                label: 'split by',
                options: views.map((view) => [view.text, view.text]),
                value: views[0].text
              }
            } :
                                   {}),
            scale: kScale
          },
          build: ({by, scale: chosen}, width) => {
            const view = views.find((v) => v.text === by) || views[0];
            const parts = layers.parts(runs.map((run) => view.of(run.results.totals)));
            const values =
                runs.flatMap((run) => parts.map((part) => ({
                                                  label: run.letter,
                                                  bar: '',
                                                  part,
                                                  run: `${run.letter}: ${run.name}`,
                                                  value: (view.of(run.results.totals)[part] || 0) * scale
                                                })));
            return stackedBars({
              values,
              labels: runs.map((run) => run.letter),
              parts,
              axis: {unit},
              scale: chosen,
              width,
              height: 280
            });
          },
          details: detail(runs, (value) => (unit ? engineering(value, unit) : count(value))),
        });
      }

      function layersFigure(runs, unit, scale) {
        const views = {...kViews, cycles: {text: 'cycles', of: (entry) => entry.pe_array}};
        const rows = runs.flatMap((run) => {
          const labels = layers.labelled(run.results.layers);
          return run.results.layers.map((layer, i) => ({run, layer, label: labels[i]}));
        });
        const labels = [...new Set(rows.map((row) => row.label))];
        const unitOf = (by) => (views[by].isEnergy ? unit : '');
        const show = (by) => (value) => (by === 'cycles' ? count(value) : engineering(value, unitOf(by)));
        return new Figure({
          id: 'layers',
          title: 'Layer by layer',
          note:
              'A group of bars a layer, a bar a run, in the order of the list above; layers count as often as they repeat.',
          choices: {
            by: {
              label: 'of',
              options: [
                ['component', 'energy by component'], ['tensor', 'energy by tensor'],
                ['cycles', 'cycles by state']
              ],
              value: 'component'
            },
            scale: kScale
          },
          build: ({by, scale: chosen}, width) => {
            const parts = layers.parts(rows.map((row) => views[by].of(row.layer)));
            const values = rows.flatMap(
                ({run, layer, label}) => parts.map(
                    (part) => ({
                      label,
                      bar: run.letter,
                      run: `${run.letter}: ${run.name}`,
                      part,
                      by,
                      value: (views[by].of(layer)[part] || 0) * layer.repeat * (by === 'cycles' ? 1 : scale)
                    })));
            return stackedBars({
              values,
              labels,
              bars: runs.map((run) => run.letter),
              parts,
              axis: {title: by === 'cycles' ? 'cycles' : 'energy', unit: unitOf(by)},
              scale: chosen,
              width,
              height: 320
            });
          },
          details: (datum) => detail(runs, show(datum.by))(datum),
        });
      }

      /** Every figure of every run, with its difference to the first and its ratio. */
      function figuresTable(runs, sections) {
        const rows = sections.flatMap(
            (section) => section.figures.filter((figure) => figure.values.some((value) => value !== null))
                             .map((figure) => ({...figure, section: section.title})));
        const known = (value) => (value === null ? undefined : value);
        const versus = (row, i, of) =>
            (row.values[0] === null || row.values[i] === null ? undefined : of(row.values[i], row.values[0]));
        const difference = (value, row) =>
            (value === undefined ? '–' :
                 value === 0     ? '=' :
                                   `${value < 0 ? '−' : '+'    }${amount(Math.abs(value), row.unit)}`);
        return new Table({
          id: 'figures',
          title: 'All figures',
          rows,
          note: `Differences and ratios are against ${runs[0].letter}.`,
          columns: [
            {key: 'section', title: 'of', isText: true, get: (row) => row.section},
            {key: 'figure', title: 'figure', isText: true, get: (row) => row.name, show: words},
            ...runs.flatMap(
                (run, i) =>
                    [{
                      key: run.letter,
                      title: run.letter,
                      hint: run.name,
                      get: (row) => known(row.values[i]),
                      show: (v, row) => amount(v, row.unit)
                    },
                     ...(i === 0 ? [] :
                                   [
                                     {
                                       key: `${run.letter}-${runs[0].letter}`,
                                       title: `${run.letter} − ${runs[0].letter}`,
                                       get: (row) => versus(row, i, (a, b) => a - b),
                                       show: difference
                                     },
                                     {
                                       key: `${run.letter}/${runs[0].letter}`,
                                       title: `${run.letter} / ${runs[0].letter}`,
                                       get: (row) => versus(row, i, (a, b) => (b === 0 ? undefined : a / b)),
                                       show: (v) => (v === undefined ? '–' : `× ${v.toFixed(3)}`)
                                     }
                                   ])])
          ],
        });
      }

      return ({runs: saved, sections}) => {
        const runs = saved.map((run, i) => ({...run, letter: letter(i)}));
        const unit = runs[0].results.energy.unit, scale = unit === 'pJ' ? 1e-12 : 1,
              shown = unit === 'pJ' ? 'J' : unit;
        header.heading(
            `${runs.length} runs compared`,
            [`${runs.map((run) => `${run.letter}: ${run.name}`).join(', ')}`]);
        return [
          runList(runs).element,
          h('div', {class: 'pair'},
            totalsFigure(
                {id: 'energy', title: 'Energy', runs, views: Object.values(kViews), unit: shown, scale})
                .element,
            totalsFigure({
              id: 'cycles',
              title: 'Cycles of the PE array',
              runs,
              views: [{text: 'state', of: (entry) => entry.pe_array}],
              unit: '',
              scale: 1
            }).element,
            totalsFigure({
              id: 'traffic',
              title: 'DRAM traffic',
              runs,
              views: [{text: 'tensor', of: layers.dramBytes}],
              unit: 'B',
              scale: 1
            }).element,
            totalsFigure({
              id: 'sram',
              title: 'SRAM traffic',
              runs,
              views: [{text: 'buffer', of: layers.sramBytes}],
              unit: 'B',
              scale: 1
            }).element),
          layersFigure(runs, shown, scale).element,
          rooflineFigure(runs.map((run) => ({...run, name: run.letter}))).element,
          figuresTable(runs, sections).element,
          header.configuration(runs.flatMap(
              (run) => [
                  [`${run.letter}: arch`, run.results.arch],
                  [`${run.letter}: workload`, run.results.workload]])),
        ];
      };
    });
