import { execFileSync } from 'node:child_process';
import { newId, type Answer, type Question } from '@loci/contracts';
import { describe, expect, it } from 'vitest';
import { answerText } from '../src/ask/answer-text.js';
import { curlOf } from '../src/ask/curl.js';

const answer = (over: Partial<Answer>) => ({ kind: 'text', unit: null, choice: null, ...over }) as Answer;

describe('an answer as text', () => {
  it('has its unit', () => {
    const given = answer({ kind: 'number', text: '17.6', unit: 'm2' });
    expect(answerText({ answer: given, options: null })).toBe('17.6 m²');
  });

  it('is the chosen words, not their letter', () => {
    const options = ['A. left', 'B. right'];
    expect(answerText({ answer: answer({ kind: 'choice', text: 'B', choice: 'B' }), options })).toBe('right');
  });

  it('is what the service says where there is neither', () => {
    expect(answerText({ answer: answer({ text: '2 chairs, 1 bed' }), options: null })).toBe(
      '2 chairs, 1 bed',
    );
  });
});

describe('a question as a command', () => {
  it('survives a shell, with quotes of every kind', () => {
    const question = {
      memory_id: newId('memory'),
      question: `the "bed" isn't $HOME \`here\``,
      options: ['it’s', "it's"],
      as_of_s: 12.5,
    } as Question;
    const command = curlOf(question, 'http://127.0.0.1:8080').replace(/^curl/, "printf '%s\\n'");
    const words = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim().split('\n');
    expect(words[0]).toBe(`http://127.0.0.1:8080/v1/memories/${question.memory_id}/questions`);
    expect(JSON.parse(words.at(-1)!)).toEqual({
      question: question.question,
      options: question.options,
      as_of_s: 12.5,
    });
  });
});
