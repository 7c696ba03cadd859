// Light and dark, and colours that stay apart for colour-blind eyes (Okabe and Ito; shades within a family).
define([], () => {
  const kSeries = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#999999'];
  const kNamed = {
    array: '#0072b2',
    accumulators: '#56b4e9',
    registers: '#9fd4f3',
    hops: '#27506b',
    vector: '#cc79a7',
    index: '#f0e442',
    sram_input: '#006b4e',
    sram_weight: '#00a878',
    sram_output: '#8fd9bf',
    dram: '#d55e00',
    dram_activate: '#8a3d00',
    dram_read: '#d55e00',
    dram_write: '#e69f00',
    dram_refresh: '#f3c56b',
    dram_background: '#b8a48c',
    static: '#999999',
    input: '#56b4e9',
    weight: '#e69f00',
    bias: '#f0e442',
    output: '#009e73',
    psum: '#cc79a7',
    workspace: '#d55e00',
    input_exponent: '#006b4e',
    weight_exponent: '#8a3d00',
    compute: '#0072b2',
    DRAM: '#d55e00',
    SRAM: '#009e73',
    busy: '#009e73',
    fill_drain: '#56b4e9',
    wait_input: '#e69f00',
    wait_output: '#d55e00',
    idle: '#b3b9c0',
    sram: '#009e73',
    'compute bound': '#9cc7e0',
    'vector unit bound': '#e6bcd3',
    'DRAM bound': '#f2bb94',
    'DMA bound': '#f5dfa0',
    'SRAM bound': '#96d5c1',
    'read input': '#56b4e9',
    'read weight': '#e69f00',
    'read bias': '#f0e442',
    'read psum': '#cc79a7',
    'read workspace': '#d55e00',
    'read input_exponent': '#006b4e',
    'read weight_exponent': '#b8a48c',
    'read output': '#8fd9bf',
    'write output': '#009e73',
    'write psum': '#8a4470',
    'write workspace': '#8a3d00',
    'write input': '#1d6f9f',
  };
  /** Where another shade is needed on dark ground. */
  const kInDark = {
    '#0072b2': '#2486c8',
    '#9cc7e0': '#2a5674',
    '#f2bb94': '#7d4520',
    '#96d5c1': '#1f5e4d',
    '#e6bcd3': '#6e3d58',
    '#f5dfa0': '#6b5a1e'
  };
  const listeners = [];
  const preferred = matchMedia('(prefers-color-scheme: dark)');
  let asked = null, printing = false;

  const name = () => (printing ? 'light' : asked || (preferred.matches ? 'dark' : 'light'));
  const ink = (variable) =>
      getComputedStyle(document.documentElement).getPropertyValue(`--${variable}`).trim();

  function apply() {
    document.documentElement.dataset.theme = name();
    listeners.forEach((listener) => listener());
  }

  function toggle() {
    asked = name() === 'dark' ? 'light' : 'dark';
    apply();
  }

  /** Calls `listener` whenever all has to be drawn again. */
  const onchange = (listener) => listeners.push(listener);

  function start() {
    preferred.addEventListener('change', apply);
    addEventListener('beforeprint', () => {
      printing = true;
      apply();
    });
    addEventListener('afterprint', () => {
      printing = false;
      apply();
    });
    apply();
  }

  const colour = (part, index) => {
    const hue = kNamed[part] || kSeries[index % kSeries.length];
    return name() === 'dark' ? kInDark[hue] || hue : hue;
  };
  const colours = (parts) => parts.map((part, index) => colour(part, index));

  /** How every chart looks. */
  function config() {
    const soft = ink('soft'), line = ink('line'), text = ink('ink'),
          font = 'system-ui, DejaVu Sans, sans-serif';
    return {
      background: ink('card'),
      axis: {
        domainColor: line,
        tickColor: line,
        gridColor: line,
        labelColor: soft,
        titleColor: soft,
        labelFont: font,
        titleFont: font,
        titleFontWeight: 'normal',
        labelFontSize: 11,
        titleFontSize: 12,
        gridOpacity: 0.7,
        titlePadding: 8,
        labelLimit: 180
      },
      legend: {
        labelColor: text,
        titleColor: soft,
        labelFont: font,
        titleFont: font,
        titleFontWeight: 'normal',
        labelFontSize: 12,
        titleFontSize: 12,
        symbolStrokeWidth: 0,
        labelLimit: 240
      },
      text: {font, fill: text},
    };
  }

  return {name, start, toggle, onchange, ink, colour, colours, config, isPrinting: () => printing};
});
