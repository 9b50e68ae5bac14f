/** From which addresses a credential may be used. It knows no credential, and makes no calls. */
export { addressCheck, blocksOf } from './allowed-addresses.ts'
