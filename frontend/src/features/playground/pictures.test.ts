import { expect, test } from 'vitest'
import { picturesOf } from './pictures.ts'

test('bytes are shown as what they are, addresses are linked, and a script is neither', () => {
  const answer = {
    data: [
      { b64_json: '/9j/4AAQ' },
      { b64_json: 'iVBORw0' },
      { url: 'https://pictures.example/1.png' },
      { url: 'javascript:alert(1)' },
    ],
  }
  expect(picturesOf(answer)).toEqual([
    { src: 'data:image/jpeg;base64,/9j/4AAQ', isHere: true },
    { src: 'data:image/png;base64,iVBORw0', isHere: true },
    { src: 'https://pictures.example/1.png', isHere: false },
  ])
})
