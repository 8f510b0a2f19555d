import { actOrTell, h, toast } from './dom.js';

const COMMANDS = [
  ['/incident ', 'what is broken: opens an incident'],
  ['/incident help', 'what it can do'],
  ['/incident status', 'this incident, in short'],
  ['/incident look', 'look again'],
  ['/incident revert', 'preview a revert'],
  ['/incident list', 'open incidents'],
  ['/incident resolve', 'end this incident'],
  ['/incident doctor', 'what is set up'],
];

/** The line at the bottom. `where()` says where it goes. */
export function composer(form, where) {
  const input = h('textarea', {
    rows: '1',
    name: 'text',
    'aria-label': 'Message or command',
    'aria-autocomplete': 'list',
    'aria-controls': `${form.id}-list`,
    maxlength: '4000',
  });
  const list = h('ul.suggestions', { id: `${form.id}-list`, role: 'listbox', hidden: true });
  const button = h('button.kit.primary', { type: 'submit' }, 'Send');
  let chosen = -1;
  const offered = () =>
    input.value.startsWith('/') ? COMMANDS.filter(([text]) => text.startsWith(input.value) && text !== input.value) : [];
  const close = () => {
    list.hidden = true;
    chosen = -1;
  };
  const take = (text) => {
    input.value = text;
    close();
    input.focus();
  };
  const offer = () => {
    const all = offered();
    chosen = Math.min(chosen, all.length - 1);
    list.replaceChildren(
      ...all.map(([text, about], n) =>
        h(
          'li',
          {
            role: 'option',
            'aria-selected': n === chosen,
            class: n === chosen ? 'chosen' : '',
            onmousedown: (event) => {
              event.preventDefault();
              take(text);
            },
          },
          h('strong', {}, text),
          ` ${about}`,
        ),
      ),
    );
    list.hidden = all.length === 0;
  };
  const send = async () => {
    const text = input.value.trim();
    if (!text) return;
    input.value = '';
    close();
    button.disabled = true;
    const answer = await actOrTell({ do: 'type', ...where(), text });
    button.disabled = false;
    if (!answer.ok) {
      input.value = text;
      toast(answer.error ?? 'It did not go through.');
    }
    input.focus();
  };
  input.addEventListener('input', offer);
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    const all = list.hidden ? [] : offered();
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && all.length > 0) {
      event.preventDefault();
      chosen = (chosen + (event.key === 'ArrowDown' ? 1 : -1) + all.length) % all.length;
      offer();
    } else if (event.key === 'Tab' && all.length > 0) {
      event.preventDefault();
      take(all[Math.max(chosen, 0)][0]);
    } else if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (chosen >= 0 && all[chosen]) take(all[chosen][0]);
      else send();
    }
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  form.replaceChildren(list, input, button);
  return {
    hint: (text) => {
      input.placeholder = text;
    },
  };
}
