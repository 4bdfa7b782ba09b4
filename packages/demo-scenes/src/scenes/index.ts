import { breakfast } from './breakfast.ts';
import type { SceneDefinition } from './definition.ts';
import { fruitBowl } from './fruit-bowl.ts';
import { hallwayShoes } from './hallway-shoes.ts';
import { kitchen } from './kitchen.ts';
import { playroom } from './playroom.ts';
import { readingDesk } from './reading-desk.ts';
import { sweetShop } from './sweet-shop.ts';
import { tulipTable } from './tulip-table.ts';
import { windowPlants } from './window-plants.ts';
import { wineEvening } from './wine-evening.ts';
import { workbench } from './workbench.ts';
import { writingDesk } from './writing-desk.ts';

/** The pictures of the demo project, in the order in which they are shown. */
export const SCENES: readonly SceneDefinition[] = [
  fruitBowl,
  breakfast,
  playroom,
  windowPlants,
  kitchen,
  readingDesk,
  sweetShop,
  workbench,
  wineEvening,
  hallwayShoes,
  tulipTable,
  writingDesk,
];
