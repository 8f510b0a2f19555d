/** An element. Text is always text: nothing from outside is ever read as markup. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name || 'div');
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** A link only to where a link may lead. */
export function link(url, ...children) {
  const safe = /^(https?:|mailto:)/i.test(url);
  return safe ? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...children) : h('span', {}, ...children);
}

export async function act(said) {
  try {
    const answer = await fetch('/act', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(said) });
    return await answer.json();
  } catch {
    return { ok: false, error: 'The rehearsal does not answer. Is it still running?' };
  }
}

let hiding;
export function toast(text) {
  const box = document.querySelector('#toast');
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(hiding);
  hiding = setTimeout(() => box.classList.remove('shown'), 6000);
}

export async function actOrTell(said) {
  const answer = await act(said);
  if (!answer.ok && answer.error) toast(answer.error);
  return answer;
}
