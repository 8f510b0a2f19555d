import { h, svg } from './dom.js';

/** The side pane: what was pushed, what runs, how it is. */
export function world(state) {
  const { head, log, builds, jobs, deployments, errors, cpu, processes, stuck } = state;
  return [
    h('h2', {}, 'The world'),
    h(
      'section',
      {},
      h('h3', {}, 'Repository ', h('code', { id: 'head' }, head.slice(0, 7))),
      h(
        'ol.log',
        {},
        log.map((commit) =>
          h(
            'li',
            { class: commit.sha === head ? 'head' : '' },
            h('code', {}, commit.sha.slice(0, 7)),
            ' ',
            commit.subject,
            h('small', {}, ` ${commit.author}`),
          ),
        ),
      ),
      builds.map((build) =>
        h(
          'p.build',
          {},
          state.clockIcon ?? '',
          `${{ building: '⏳ building', 'deploy job': '⏳ deploy job', built: '✔ built' }[build.state]} ${build.sha.slice(0, 7)}`,
        ),
      ),
    ),
    h(
      'section',
      {},
      h('h3', {}, 'Cluster'),
      deployments.map((one) =>
        h(
          'div.deployment',
          {},
          h('span', {}, one.name),
          h(
            'span.pods',
            { 'aria-label': `${one.pods.length} pods` },
            one.pods.map((pod) =>
              h(`span.pod.${pod.state}.c${color(pod.sha)}`, { title: `${pod.name} ${pod.sha} ${pod.state}` }, pod.sha.slice(0, 4)),
            ),
          ),
        ),
      ),
      jobs.map((job) => h(`p.job.${job.state}`, {}, `${{ failed: '✖', done: '✔', running: '⏳' }[job.state]} ${job.name}`)),
    ),
    h('section', {}, h('h3', {}, 'Errors a minute ', h('strong', {}, String(errors.at(-2)?.value ?? 0))), curve(errors, 'errors')),
    h(
      'section',
      {},
      h('h3', {}, 'Database CPU ', h('strong', {}, `${cpu.at(-2)?.value ?? 0} %`)),
      curve(cpu, 'cpu', 100),
      h('p.small', {}, `${processes} connections, `, h('strong', { id: 'stuck' }, String(stuck)), ' statements older than 5 s'),
    ),
  ];
}

function color(sha) {
  return [...sha].reduce((n, c) => n + c.charCodeAt(0), 0) % 6;
}

function curve(points, name, most = Math.max(10, ...points.map((p) => p.value)) * 1.1) {
  const at = (p, n) => `${((n / Math.max(1, points.length - 1)) * 200).toFixed(1)},${(46 - (p.value / most) * 44).toFixed(1)}`;
  const shown = points.slice(0, -1);
  const line = shown.map(at).join(' ');
  return svg(
    'svg',
    {
      viewBox: '0 0 200 48',
      class: `curve ${name}`,
      role: 'img',
      'aria-label': `${name}: now ${shown.at(-1)?.value ?? 0}, at most ${Math.max(0, ...points.map((p) => p.value))}`,
      preserveAspectRatio: 'none',
    },
    svg('polygon', { points: `0,48 ${line} ${((shown.length - 1) / Math.max(1, points.length - 1)) * 200},48` }),
    svg('polyline', { points: line }),
  );
}
