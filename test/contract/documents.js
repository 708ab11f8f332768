// A vendor's OpenAPI 3.0 documents, and what of a call breaks them.
//
// Stricter than the documents in one respect: where a schema names members, others are
// wrong.  Laxer where the table of exceptions says so.

'use strict';

const fs = require('fs');
const path = require('path');
const Ajv = require('ajv');
const addFormats = require('ajv-formats');

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const IN_SCHEMAS = ['properties', 'oneOf', 'anyOf', 'items', 'additionalProperties'];

// What OpenAPI's schemas have beside JSON Schema's words.
const ANNOTATIONS = ['example', 'externalDocs', 'xml'];

// HubSpot's versions named by year and month have the shapes of the numbered ones; the
// version stands elsewhere in the path.
function numbered(name) {
	return name.replace(/^\/crm\/(\w+)\/\d{4}-\d{2}(?=\/|$)/, '/crm/v3/$1');
}

function eachSchema(schema, visit) {
	if (typeof schema !== 'object' || schema === null)
		return;
	visit(schema);
	for (const word of IN_SCHEMAS) {
		const inner = schema[word];
		if (word === 'items' || word === 'additionalProperties')
			eachSchema(inner, visit);
		else
			Object.values(inner ?? {}).forEach((each) => eachSchema(each, visit));
	}
}

function close(schema) {
	if (Object.keys(schema.properties ?? {}).length > 0 && !('additionalProperties' in schema))
		schema.additionalProperties = false;
}

// Rows of the table of exceptions have these words; each is a change of the schemas that
// the row names, and tells whether there was anything to change.
const CHANGES = {
	optional(schema, names) {
		const missing = names.filter((name) => !schema.required?.includes(name));
		schema.required = schema.required?.filter((name) => !names.includes(name));
		return missing.length === 0;
	},
	member(schema, members) {
		const known = Object.keys(members).every((name) => name in schema.properties);
		Object.assign(schema.properties, members);
		return known;
	},
	further(schema, members) {
		const known = Object.keys(members).some((name) => name in schema.properties);
		Object.assign(schema.properties, members);
		return !known;
	},
	nullable(schema, names) {
		return names.every((name) => {
			const member = schema.properties[name];
			const inner = member?.additionalProperties ?? member;
			if (inner === undefined)
				return false;
			inner.nullable = true;
			return true;
		});
	},
};

// An answer that the documents leave out.
function addAnswer({ status, schema }, documents) {
	for (const { document } of documents) {
		for (const operation of Object.values(document.paths).flatMap((methods) => METHODS.map((method) => methods[method])))
			if (operation !== undefined)
				operation.responses[status] ??= { content: { 'application/json': { schema: structuredClone(schema) } } };
	}
}

function makeException(exception, documents, mayFitNone) {
	if (exception.answer !== undefined)
		addAnswer(exception.answer, documents);
	for (const word of Object.keys(CHANGES).filter((each) => each in exception)) {
		let places = 0;
		for (const { document } of documents) {
			for (const name of [].concat(exception.schemas)) {
				const schema = document.components?.schemas?.[name];
				if (schema !== undefined && CHANGES[word](schema, exception[word]))
					places++;
			}
		}
		if (places === 0 && !mayFitNone)
			throw new Error(`an exception fits no document: ${JSON.stringify(exception)}`);
	}
}

class Documents {
	// folder: of documents; exceptions: rows of the table; only: names of files, or all.
	constructor(folder, exceptions, only = null) {
		const names = fs.readdirSync(folder).filter((name) => name.endsWith('.json') && (only?.includes(name) ?? true)).sort();
		const documents = names.map((name) => ({
			name, document: JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')),
		})).filter(({ document }) => document.openapi !== undefined);

		exceptions.forEach((exception) => makeException(exception, documents, only !== null));
		this.ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
		addFormats(this.ajv);
		this.validators = new Map();
		this.operations = [];
		// The validator wants to know all words, also those of a document around its schemas.
		const words = new Set(ANNOTATIONS);
		for (const { document } of documents) {
			Object.keys(document).forEach((word) => words.add(word));
			Object.values(document.components?.schemas ?? {}).forEach((each) => eachSchema(each, (schema) => {
				close(schema);
				Object.keys(schema).filter((word) => word.startsWith('x-')).forEach((word) => words.add(word));
			}));
		}
		words.forEach((word) => this.ajv.addKeyword(word));
		for (const { name, document } of documents) {
			this.ajv.addSchema(document, name);
			this.addOperations(name, document);
		}
		// The most literal path first.
		this.operations.sort((a, b) => a.holes - b.holes);
	}

	addOperations(name, document) {
		for (const [template, methods] of Object.entries(document.paths)) {
			const pattern = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')).join('[^/]+');
			for (const method of METHODS.filter((each) => each in methods)) {
				this.operations.push({
					document, name, template, method,
					holes: template.split('{').length,
					pattern: new RegExp(`^${pattern}$`),
					pointer: `#/paths/${template.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`,
					operation: methods[method],
				});
			}
		}
	}

	// The documented call that this is, or undefined.
	find(method, pathname) {
		const fits = (name) => this.operations.find((each) => each.method === method.toLowerCase() && each.pattern.test(name));
		return fits(pathname) ?? fits(numbered(pathname));
	}

	// Messages about a value that a schema (a JSON pointer into a document) does not allow.
	check(document, pointer, value, what) {
		const place = document + encodeURI(pointer);
		if (!this.validators.has(place))
			this.validators.set(place, this.ajv.compile({ $ref: place }));
		const validate = this.validators.get(place);
		if (validate(value))
			return [];
		return validate.errors.map((error) => `${what}${error.instancePath}: ${error.message}`
			+ (error.params.additionalProperty ? ` (${error.params.additionalProperty})` : ''));
	}

	checkJson(call, pointer, text, what) {
		let value;
		try {
			value = JSON.parse(text);
		} catch (error) {
			return [`${what}: no JSON (${error.message})`];
		}
		return this.check(call.name, pointer, value, what);
	}

	requestProblems(call, query, headers, text) {
		const problems = this.queryProblems(call, query);
		const body = call.operation.requestBody;

		// Whatever the document's "security" calls it: this is how all of HubSpot's tokens are sent.
		if (!/^Bearer \S+$/.test(headers.authorization ?? ''))
			problems.push('authorization: no bearer token');
		if (body === undefined) {
			if (text !== '')
				problems.push('body: none is documented');
		} else if (text === '') {
			problems.push('body: there is none');
		} else {
			const type = (headers['content-type'] ?? '').split(';')[0].trim();
			if (body.content[type] === undefined)
				problems.push(`content-type: "${type}" is not documented`);
			else
				problems.push(...this.checkJson(call, `${call.pointer}/requestBody/content/${type.replace('/', '~1')}/schema`, text, 'body'));
		}
		return problems;
	}

	queryProblems(call, query) {
		const known = (call.operation.parameters ?? []).filter((each) => each.in === 'query');
		const problems = [];

		for (const name of new Set(query.keys())) {
			const parameter = known.find((each) => each.name === name);
			if (parameter === undefined)
				problems.push(`query: ${name} is not documented`);
			else
				problems.push(...this.parameterProblems(parameter, query.getAll(name)));
		}
		for (const parameter of known.filter((each) => each.required && !query.has(each.name)))
			problems.push(`query: ${parameter.name} is missing`);
		return problems;
	}

	parameterProblems(parameter, texts) {
		const { schema, name } = parameter;
		const typed = schema.type === 'array' ? schema.items : schema;
		const values = texts.map((text) => {
			if (typed.type === 'boolean' && /^(true|false)$/.test(text))
				return text === 'true';
			return /^(integer|number)$/.test(typed.type) && /^-?\d+$/.test(text) ? Number(text) : text;
		});

		if (schema.type !== 'array' && values.length > 1)
			return [`query: ${name} comes ${values.length} times`];
		const validate = this.ajv.compile(schema);
		return validate(schema.type === 'array' ? values : values[0]) ? []
			: validate.errors.map((error) => `query: ${name} ${error.message}`);
	}

	answerProblems(call, status, headers, text) {
		const responses = call.operation.responses;
		let key = String(status);

		// "default" is how the documents describe errors.
		if (responses[key] === undefined && status >= 400)
			key = 'default';
		let response = responses[key];
		let pointer = `${call.pointer}/responses/${key}`;
		if (response === undefined)
			return [`status: ${status} is not documented`];
		if (response.$ref !== undefined) {
			pointer = response.$ref;
			response = pointer.split('/').slice(1).reduce((inner, name) => inner[name], call.document);
		}
		if (response.content === undefined)
			return text === '' ? [] : ['answer: a body where none is documented'];
		const sent = (headers['content-type'] ?? '').split(';')[0].trim();
		const type = [sent, '*/*'].find((each) => each in response.content);
		if (type === undefined)
			return [`content-type: "${sent}" is not documented`];
		return this.checkJson(call, `${pointer}/content/${type.replace('/', '~1')}/schema`, text, 'answer');
	}
}

module.exports = { Documents };
