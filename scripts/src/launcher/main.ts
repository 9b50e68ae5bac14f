// `npm start`: the product with everything it needs, see launcher.ts.
import { run } from './run.ts'

await run({ environment: process.env, isDevelopment: false })
