import type { Desk } from '../../core/channels.ts';
import { click } from './click.ts';
import { command } from './command.ts';
import type { Context } from './context.ts';
import { submit } from './submit.ts';

/** What people say and press, recorded before it is answered. */
export function desk(context: Context): Desk {
  return {
    command: (said) => command(context, said),
    click: (said) => click(context, said),
    submit: (said) => submit(context, said),
  };
}
