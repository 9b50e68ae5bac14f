import type { Random } from '../random.ts'

/** A name as it is written, and in letters that fit a user name. */
type Name = string | readonly [written: string, spelled: string]

interface Culture {
  readonly given: readonly [Name, ...Name[]]
  readonly family: readonly [Name, ...Name[]]
  readonly isFamilyFirst?: boolean
}

const cultures: readonly [Culture, ...Culture[]] = [
  {
    given: ['Emma', 'Oliver', 'Ava', 'Noah', 'Grace', 'Ethan', 'Ruby', 'Samuel', 'Hazel', 'Jack'],
    family: ['Walker', 'O’Brien', 'Bennett', 'Hughes', 'Fraser', 'Coleman', 'Whitfield', 'Doyle'],
  },
  {
    given: ['Lena', 'Jürgen', 'Sabine', 'Lukas', 'Annika', 'Björn', 'Käthe', 'Matthias'],
    family: ['Müller', 'Groß', 'Schäfer', 'Vogel', 'Lindqvist', 'Sørensen', 'Brandt', 'Köhler'],
  },
  {
    given: ['Chloé', 'Théo', 'Inès', 'Jérôme', 'Zoé', 'Étienne', 'Maëlle', 'François'],
    family: ['Lefèvre', 'Moreau', 'Nguyễn', 'Garçon', 'd’Aubigné', 'Benoît', 'Rousseau'],
  },
  {
    given: ['María José', 'Íñigo', 'Lucía', 'Ángel', 'Begoña', 'Joaquín', 'Thiago', 'Renata'],
    family: ['Núñez', 'García Márquez', 'Peña', 'Ibáñez', 'da Silva', 'Fernández', 'Araújo'],
  },
  {
    given: [
      ['陽菜', 'hina'],
      ['蓮', 'ren'],
      ['美咲', 'misaki'],
      ['大翔', 'hiroto'],
      ['葵', 'aoi'],
      ['健太', 'kenta'],
    ],
    family: [
      ['佐藤', 'sato'],
      ['鈴木', 'suzuki'],
      ['高橋', 'takahashi'],
      ['渡辺', 'watanabe'],
      ['中村', 'nakamura'],
    ],
    isFamilyFirst: true,
  },
  {
    given: ['Aarav', 'Ananya', 'Rohan', 'Priya', 'Vikram', 'Lakshmi', 'Arjun', 'Meera'],
    family: ['Iyer', 'Sharma', 'Chatterjee', 'Patel', 'Reddy', 'Kulkarni', 'Singh'],
  },
  {
    given: [
      ['Дмитрий', 'dmitri'],
      ['Ольга', 'olga'],
      ['Анна', 'anna'],
      ['Ігор', 'ihor'],
      ['Катерина', 'kateryna'],
    ],
    family: [
      ['Иванов', 'ivanov'],
      ['Шевченко', 'shevchenko'],
      ['Петрова', 'petrova'],
      ['Коваль', 'koval'],
    ],
  },
  {
    given: [
      ['محمد', 'mohamed'],
      ['فاطمة', 'fatima'],
      ['ليلى', 'layla'],
      ['يوسف', 'youssef'],
      'Amina',
      'Kwame',
      'Chidi',
    ],
    family: [['الخطيب', 'alkhatib'], ['حداد', 'haddad'], 'Okonkwo', 'Mensah', 'Diallo', 'Ndiaye'],
  },
  {
    given: ['Ayşe', 'Çağlar', 'Zofia', 'Łukasz', 'Małgorzata', 'Jiří', 'Žofie', 'Gökhan'],
    family: ['Yılmaz', 'Öztürk', 'Wiśniewski', 'Dvořák', 'Nowak', 'Şahin', 'Kowalczyk'],
  },
]

const written = (name: Name): string => (typeof name === 'string' ? name : name[0])

function spelled(name: Name): string {
  if (typeof name !== 'string') return name[1]
  const plain = { ı: 'i', ł: 'l', ø: 'o', ß: 'ss', æ: 'ae' } as Readonly<Record<string, string>>
  return name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-zıłøßæ]/g, '')
    .replaceAll(/[ıłøßæ]/g, (letter) => plain[letter] ?? '')
}

/** A display name, and the user name that it suggests. */
export function nameOf(random: Random): { displayName: string; username: string } {
  const { given, family, isFamilyFirst = false } = random.pick(cultures)
  const [first, last] = [random.pick(given), random.pick(family)]
  const parts = [written(first), written(last)]
  return {
    displayName: (isFamilyFirst ? parts.reverse() : parts).join(' '),
    username: `${spelled(first)}.${spelled(last)}`,
  }
}
