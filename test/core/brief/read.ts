import type { Brief } from '../../../src/core/brief.ts';

export function actionIds(brief: Brief): readonly string[] {
  return brief.sections.flatMap((s) => (s.kind === 'buttons' ? s.buttons.map((b) => b.action) : []));
}
