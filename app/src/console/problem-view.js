// @ts-check
/** @import { Problem } from './problem.js' */
import { create, element } from './elements.js';

const panel = element('problem', HTMLElement);
const reason = element('problem-reason', HTMLElement);
const link = create('a', '');
const tryAnyway = element('try-anyway', HTMLButtonElement);

link.id = 'problem-link';
link.target = '_blank';
link.rel = 'noopener noreferrer';

/** @param {() => void} run  Called when the person goes on in spite of the problem. */
export function onTryAnyway(run) {
  tryAnyway.addEventListener('click', run);
}

/**
 * @param {Problem} problem
 * @param {'error' | 'warning' | 'info'} level  A warning mends itself; information asks for nothing.
 */
export function showProblem(problem, level) {
  panel.dataset.code = problem.code;
  panel.dataset.level = level;
  element('problem-title', HTMLElement).textContent = problem.title;
  element('problem-detail', HTMLElement).textContent = problem.detail;
  element('problem-fix', HTMLElement).textContent = problem.fix;
  reason.hidden = !problem.reason;
  reason.getElementsByTagName('q')[0]?.replaceChildren(problem.reason ?? '');
  if (problem.link) {
    link.href = problem.link;
    link.textContent = `Open ${problem.link}`;
    tryAnyway.before(link);
  } else {
    link.remove();
  }
  tryAnyway.hidden = !problem.uncertain;
  panel.hidden = false;
}

export function hideProblem() {
  panel.hidden = true;
  delete panel.dataset.code;
}
