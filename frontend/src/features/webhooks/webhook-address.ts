/** What can be told without asking the server, which also looks where the name leads. */
export function complaintAbout(address: string): 'missing' | 'notAnAddress' | undefined {
  if (address.trim() === '') return 'missing'
  if (!URL.canParse(address)) return 'notAnAddress'
  const { protocol } = new URL(address)
  return protocol === 'https:' || protocol === 'http:' ? undefined : 'notAnAddress'
}
