// A file of its own, so that the bundle takes these three of inquirer's prompts and not all.
export { confirm, input, select } from '@inquirer/prompts';
