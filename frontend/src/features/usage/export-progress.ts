/** Counts what has come, so that progress can be told in calls: lines of CSV, or `"id"` members of JSON. */
export function countRows(format: 'csv' | 'json'): (chunk: Uint8Array) => number {
  const mark = format === 'csv' ? '\n' : '"requestId":'
  const decoder = new TextDecoder()
  let rest = ''
  // The first line of CSV is the head.
  let rows = format === 'csv' ? -1 : 0
  return (chunk) => {
    const text = rest + decoder.decode(chunk, { stream: true })
    rows += text.split(mark).length - 1
    // A mark may be cut in two.
    rest = format === 'csv' ? '' : text.slice(text.lastIndexOf(mark) + 1).slice(1 - mark.length)
    return Math.max(0, rows)
  }
}

/** Reads an answer to its end and tells after each piece how many calls it has brought. */
export async function readExport(
  response: Response,
  format: 'csv' | 'json',
  onRows: (rows: number) => void,
): Promise<Blob> {
  const count = countRows(format)
  const pieces: Array<Uint8Array<ArrayBuffer>> = []
  const reader = response.body?.getReader()
  for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
    pieces.push(piece.value)
    onRows(count(piece.value))
  }
  return new Blob(pieces, { type: format === 'csv' ? 'text/csv' : 'application/json' })
}

export function saveAs(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
