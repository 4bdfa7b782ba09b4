/** Sizes that the border checks and the tests quote. Uploads have settings of their own (packages/config). */
export const LIMITS = {
  nameLength: 120,
  /** names of pictures, as people upload them; inside a ZIP with the folders */
  fileNameLength: 255,
  guideLength: 100_000,
  noteLength: 10_000,
  commentLength: 2_000,
  /** pixels; larger than any picture the border takes in */
  imageSide: 1_000_000,
  passwordMinLength: 12,
  passwordMaxLength: 200,
  classesPerProject: 1_000,
  /** boxes of one image that one import gives to a model */
  boxesPerImage: 2_000,
  /** operations in one save request */
  operationsPerRequest: 100,
  /** points of one prompt */
  promptPoints: 200,
  /** rounds of one prompt trail */
  promptRounds: 200,
  /** compressed run-length code of one mask, characters */
  countsLength: 4_000_000,
  pageSize: 200,
  /** images that one request names by id */
  imagesPerSelection: 1_000,
  /** a person who comes back after longer begins another visit */
  visitPauseMinutes: 30,
  apiTokenDays: 366,
  /** live ones of one person */
  apiTokens: 50,
  /** characters of an Idempotency-Key */
  idempotencyKeyLength: 200,
  webhooksPerProject: 20,
  webhookUrlLength: 2_000,
  /** characters of a phrase that a text model is asked for */
  phraseLength: 200,
  /** phrases of one run: each is compared with every proposal */
  phrasesPerRun: 200,
  /** masks or images of one quality sample */
  sampleSize: 2_000,
  /** largest share of a project's proposals that may be planted: more would cost more time than it tells */
  plantedShare: 0.1,
} as const;
