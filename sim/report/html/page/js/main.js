define(
    ['run_page', 'sweep_page', 'compare_page', 'dom', 'theme', 'figure'],
    (run, sweep, compare, {h}, theme, figure) => {
      const data = JSON.parse(document.getElementById('data').textContent);
      const pages = {run, sweep, compare};
      document.getElementById('content').append(...pages[data.kind](data));
      document.getElementById('foot').append(
          h('p', {},
            `systole ${data.tool.version}. Every number is in this file: ` +
                'the element with the id "data" holds it as JSON.'));
      theme.start();
      figure.start();
    });
