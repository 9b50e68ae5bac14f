import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const TEXT = /\.(js|css|html|svg|json|md|txt)$/
/** Below this the headers weigh more than what is saved. */
const LEAST_BYTES = 1000
/** The last step to 11 saves two percent and takes three times as long. */
const QUALITY = 10

const withBrotli = promisify(brotliCompress)
const withGzip = promisify(gzip)

/** Lays `.br` and `.gz` beside every text file, so that the server compresses nothing while somebody waits. */
export async function compressFiles(folder: string): Promise<void> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  await Promise.all(
    files.map(async (path) => {
      const content = await readFile(path)
      if (content.length < LEAST_BYTES) return
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: QUALITY,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      }
      await writeFile(`${path}.br`, await withBrotli(content, { params }))
      await writeFile(`${path}.gz`, await withGzip(content, { level: 9 }))
    }),
  )
}
