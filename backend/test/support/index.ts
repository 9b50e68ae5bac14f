/** What tests stand on: a world of real parts, people who sign in, scripts with keys. */
export { Client, type Answer } from './client.ts'
export { cloneDatabase, loginUrl, type TestDatabase } from './databases.ts'
export { eventually, MASTER_KEY, startWorld, type Server, type World } from './world.ts'
