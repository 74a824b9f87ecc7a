/**
 * Walks through every screen, dialog and state of the catalogue (test/screens) and checks each: no axe
 * violations in light and dark, and in the narrowest and a very wide window, no motion when motion is reduced,
 * nothing cut off or covered at 200 %, at most one status region.
 */
import { defineScenes } from '../screens/define';
import { ScreenChecker } from './support/check-screen';
import { test } from './support/fixtures';

// Each test checks many screens, also on slow machines. All run in one worker, which checks a region that several
// screens have only once.
test.describe.configure({ timeout: 300_000, mode: 'default' });

const checker = new ScreenChecker();
defineScenes((screen) => checker.check(screen));
