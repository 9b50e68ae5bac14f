/** People of the local provider besides those whom everybody knows: each journey has a visitor of its own. */
export const visitors = [
  { username: 'nina', name: 'Nina Newcomer' },
  { username: 'omar', name: 'Omar Once' },
  { username: 'petra', name: 'Petra Prompt' },
  { username: 'quinn', name: 'Quinn Quota' },
  { username: 'rosa', name: 'Rosa Request' },
  { username: 'sami', name: 'Sami Session' },
  { username: 'tess', name: 'Tess Tabkey' },
  { username: 'uma', name: 'Uma Unplugged' },
  { username: 'vera', name: 'Vera Voice' },
  { username: 'will', name: 'Will Wide' },
].map(({ username, name }) => ({
  username,
  name,
  email: `${username}@example.com`,
  groups: ['litemaas-users'],
  role: 'User: walks one journey',
}))
