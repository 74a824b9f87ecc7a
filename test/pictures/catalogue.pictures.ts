/** Pictures of every screen and state of the catalogue (test/screens). */
import { test } from '@playwright/test';
import type { Language } from '../../src/shared/language';
import { defineScenes } from '../screens/define';
import { takePictures } from './camera';

defineScenes(async (screen) => {
  // A project is a language.
  await takePictures(screen, test.info().project.name as Language);
  return [];
});
