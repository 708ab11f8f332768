// A proxy that lets through what a vendor's OpenAPI documents allow, both ways.
//
//   node proxy.js DOCUMENTS TARGET PORT-FILE [EXCEPTIONS]
//
// DOCUMENTS is a folder, TARGET the address of what is behind the proxy.  When it serves,
// it writes its own address into PORT-FILE; it ends when its standard input does.
//
// A request that breaks its document is answered 422 and goes no further; an answer that
// does becomes a 500 that says why.  A call without a document passes.
//
//   GET /_contract/log        all calls: method, path, call (as documented) and document or
//                             null, status, request and answer (problems of each)
//   GET /_contract/needless   exceptions without which no call so far would have failed

'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');
const zlib = require('zlib');
const { Documents } = require('./documents.js');

const [folder, target, portFile, exceptionFile = path.join(__dirname, 'hubspot.json')] = process.argv.slice(2);
const exceptions = JSON.parse(fs.readFileSync(exceptionFile, 'utf8'));
const documents = new Documents(folder, exceptions);
const seen = [];

// They are of one hop, or stand for a form of the body that is not passed on.
const HOP = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding'];

function passedOn(headers) {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.includes(name)));
}

function read(stream) {
	return new Promise((resolve, reject) => {
		const pieces = [];
		stream.on('data', (piece) => pieces.push(piece));
		stream.on('end', () => resolve(Buffer.concat(pieces)));
		stream.on('error', reject);
		stream.on('aborted', () => reject(new Error('it broke off')));
	});
}

function forward(request, body) {
	return new Promise((resolve, reject) => {
		const onward = http.request(target + request.url, {
			method: request.method,
			headers: { ...passedOn(request.headers), ...(body.length ? { 'content-length': body.length } : {}) },
			agent: false,
		}, (answer) => read(answer).then((bytes) => resolve({
			status: answer.statusCode,
			headers: passedOn(answer.headers),
			body: answer.headers['content-encoding'] === 'gzip' ? zlib.gunzipSync(bytes) : bytes,
		})).catch(reject));
		onward.on('error', reject);
		onward.end(body);
	});
}

function say(response, status, value) {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(value));
}

function refuse(response, status, whose, problems) {
	say(response, status, {
		status: 'error', category: 'CONTRACT', correlationId: '00000000-0000-4000-8000-000000000000',
		message: `the ${whose} breaks the document: ${problems.join('; ')}`,
	});
}

function pathAndQuery(url) {
	const { pathname, searchParams } = new URL(url, 'http://localhost');
	return [decodeURI(pathname), searchParams];
}

// What is wrong with a call, by these documents.
function problemsOf(by, call) {
	const [pathname, query] = pathAndQuery(call.url);
	const documented = by.find(call.method, pathname);

	if (documented === undefined)
		return [];
	return [...by.requestProblems(documented, query, call.headers, call.body),
		...call.answer ? by.answerProblems(documented, call.answer.status, call.answer.headers, call.answer.body.toString()) : []];
}

function needless() {
	const calls = seen.filter((call) => call.passed && call.document);
	const only = calls.map((call) => call.document);

	return exceptions.filter((exception) => {
		const without = new Documents(folder, exceptions.filter((each) => each !== exception), only);
		return !calls.some((call) => problemsOf(without, call).length > 0);
	});
}

async function pass(request, response) {
	const [pathname, query] = pathAndQuery(request.url);
	const body = await read(request);
	const documented = documents.find(request.method, pathname);
	const call = {
		method: request.method, url: request.url, headers: request.headers, body: body.toString(),
		call: documented ? `${request.method} ${documented.template}` : null,
		document: documented?.name ?? null, status: 0, request: [], answer: null, problems: { request: [], answer: [] },
	};

	seen.push(call);
	if (documented)
		call.problems.request = documents.requestProblems(documented, query, request.headers, call.body);
	if (call.problems.request.length)
		return refuse(response, 422, 'request', call.problems.request);
	try {
		call.answer = await forward(request, body);
	} catch (error) {
		return response.destroy();      /* what is behind us sent no answer: nor do we */
	}
	call.status = call.answer.status;
	if (documented)
		call.problems.answer = documents.answerProblems(documented, call.status, call.answer.headers, call.answer.body.toString());
	if (call.problems.answer.length)
		return refuse(response, 500, 'answer', call.problems.answer);
	call.passed = true;
	response.writeHead(call.status, call.answer.headers);
	response.end(call.answer.body);
}

const server = http.createServer((request, response) => {
	if (request.url === '/_contract/log')
		say(response, 200, seen.map((call) => ({
			method: call.method, path: call.url, call: call.call, document: call.document, status: call.status, ...call.problems,
		})));
	else if (request.url === '/_contract/needless')
		say(response, 200, needless());
	else
		pass(request, response).catch((error) => refuse(response, 500, 'proxy', [error.stack]));
});

server.listen(0, '127.0.0.1', () => {
	fs.writeFileSync(`${portFile}.new`, JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
	fs.renameSync(`${portFile}.new`, portFile);
});
process.stdin.resume().on('end', () => process.exit(0));
