/** What administrators set while the product runs. Each room defines its own section; one room serves them all. */
export {
  defineSettings,
  SettingsRegistry,
  type AnySettingsSection,
  type SettingsSection,
} from './settings.ts'
