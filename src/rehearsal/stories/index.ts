import type { Story } from '../world/story.ts';
import { badCode } from './bad-code.ts';
import { blind } from './blind.ts';
import { innocentDeploy } from './innocent-deploy.ts';
import { intercom } from './intercom.ts';
import { iris } from './iris.ts';
import { lockPileup } from './lock-pileup.ts';

export const stories: readonly Story[] = [iris, intercom, badCode, innocentDeploy, lockPileup, blind];
