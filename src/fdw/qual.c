/*-------------------------------------------------------------------------
 *
 * fdw/qual.c
 *	  Clauses as filters.
 *
 * A clause can become a filter when it is made of AND, OR, NOT, comparisons
 * of one column with a value, membership in a list, and tests for null.  NOT
 * is pushed down to the leaves on the way.  A value is any expression without
 * columns of this table that stays the same while the scan runs: constants,
 * parameters, now() - interval '7 days'.  It is evaluated here, and only its
 * result is sent.
 *
 * How well a comparison is run is the connector's to say.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "fdw/fdw.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/*
 * More values than this in one scan, or groups within groups, are not sent:
 * the remote system's parser has its limits, and so has our time.
 */
#define MAX_VALUES 1000
#define MAX_DEPTH  50

/* What one walk through a clause carries. */
typedef struct Walk
{
	const PendoRelation *relation;
	Index relid; /* of the table in the query */
	List **operands;
	const char *reason; /* why the clause stays here */
	int depth;
} Walk;

static PendoFilter *walk_clause(Walk *walk, Expr *clause, bool negated);

static const struct
{
	const char *name;
	PendoCompare compare;
	PendoCompare commuted;
	PendoCompare negated;
} operators[] = {
	{"=", PENDO_EQ, PENDO_EQ, PENDO_NE}, {"<>", PENDO_NE, PENDO_NE, PENDO_EQ},
	{"<", PENDO_LT, PENDO_GT, PENDO_GE}, {"<=", PENDO_LE, PENDO_GE, PENDO_GT},
	{">", PENDO_GT, PENDO_LT, PENDO_LE}, {">=", PENDO_GE, PENDO_LE, PENDO_LT},
};

static PendoFilter *
stays_here(Walk *walk, const char *reason)
{
	if (walk->reason == NULL)
		walk->reason = reason;
	return NULL;
}

/* Place of a built-in comparison in the table, -1 for any other operator. */
static int
operator_index(Oid opno)
{
	char *name;

	if (opno >= FirstUnpinnedObjectId)
		return -1;
	name = get_opname(opno);
	for (int i = 0; name != NULL && i < lengthof(operators); i++)
	{
		if (strcmp(operators[i].name, name) == 0)
			return i;
	}
	return -1;
}

static Node *
strip_relabel(Node *node)
{
	while (node != NULL && IsA(node, RelabelType))
		node = (Node *) ((RelabelType *) node)->arg;
	return node;
}

/* The table's column that an expression is, 0 if it is none. */
static AttrNumber
column_of(const Walk *walk, Node *node)
{
	Var *var = (Var *) strip_relabel(node);

	if (var == NULL || !IsA(var, Var) || var->varno != walk->relid ||
		var->varlevelsup != 0 || var->varattno <= 0)
		return 0;
	return var->varattno;
}

/* Can this be evaluated before the scan, once? */
static bool
is_value(Node *node)
{
	return !contain_var_clause(node) && !contain_volatile_functions(node) &&
		   !contain_subplans(node);
}

/* Index of a value among the scan's operands; new ones are appended. */
static int
operand_index(Walk *walk, Expr *value)
{
	ListCell *cell;

	foreach(cell, *walk->operands)
	{
		if (equal(lfirst(cell), value))
			return foreach_current_index(cell);
	}
	*walk->operands = lappend(*walk->operands, value);
	return list_length(*walk->operands) - 1;
}

/* What is known of a value while planning. */
static PendoOperand
planned_operand(Expr *value)
{
	PendoOperand operand = {0};
	Oid type = exprType((Node *) value);
	Oid element = get_element_type(type);

	operand.is_array = OidIsValid(element);
	operand.type = operand.is_array ? element : type;
	if (IsA(value, Const))
	{
		operand.is_known = true;
		operand.is_null = ((Const *) value)->constisnull;
		operand.value = ((Const *) value)->constvalue;
	}
	return operand;
}

/* Ask the connector; a leaf that it cannot run is no filter. */
static PendoFilter *
classified(Walk *walk, PendoFilter *leaf, Expr *value)
{
	PendoOperand operand = {0};

	if (value != NULL)
	{
		if (list_length(*walk->operands) >= MAX_VALUES)
			return stays_here(walk, "too many values in one query");
		operand = planned_operand(value);
	}
	leaf->push = walk->relation->connector->classify(walk->relation, leaf,
													 &operand);
	if (leaf->push == PENDO_PUSH_LOCAL)
		return stays_here(walk, "the remote system might compare this "
								"differently");
	if (value != NULL)
		leaf->operand = operand_index(walk, value);
	return leaf;
}

static PendoFilter *
make_leaf(PendoFilterKind kind, AttrNumber attnum)
{
	PendoFilter *leaf = palloc0(sizeof(PendoFilter));

	leaf->kind = kind;
	leaf->attnum = attnum;
	leaf->operand = -1;
	return leaf;
}

/* Equality must mean equal bytes. */
static bool
collation_is_good(Oid collation)
{
	return !OidIsValid(collation) || get_collation_isdeterministic(collation);
}

static PendoFilter *
walk_comparison(Walk *walk, OpExpr *op, bool negated)
{
	int i = operator_index(op->opno);
	Node *left;
	Node *right;
	PendoFilter *leaf;
	bool is_commuted = false;
	PendoCompare compare;

	if (i < 0 || list_length(op->args) != 2)
		return stays_here(walk, "no comparison that the remote system knows");
	if (!collation_is_good(op->inputcollid))
		return stays_here(walk, "its collation takes different texts as equal");
	left = linitial(op->args);
	right = lsecond(op->args);
	if (column_of(walk, left) == 0)
	{
		Node *swap = left;

		left = right;
		right = swap;
		is_commuted = true;
	}
	if (column_of(walk, left) == 0 || !is_value(right))
		return stays_here(walk, "not a comparison of one column with a value");
	leaf = make_leaf(PENDO_FILTER_COMPARE, column_of(walk, left));
	compare = is_commuted ? operators[i].commuted : operators[i].compare;
	for (i = 0; negated && i < lengthof(operators); i++)
	{
		if (operators[i].compare == compare)
		{
			compare = operators[i].negated;
			break;
		}
	}
	leaf->compare = compare;

	/* As the operator sees it: bpchar and oid relabel what they read anew. */
	return classified(walk, leaf, (Expr *) right);
}

static PendoFilter *
walk_membership(Walk *walk, ScalarArrayOpExpr *op, bool negated)
{
	int i = operator_index(op->opno);
	Node *left = linitial(op->args);
	Node *right = lsecond(op->args);
	bool is_any;

	if (i < 0)
		return stays_here(walk, "no comparison that the remote system knows");
	if (!collation_is_good(op->inputcollid))
		return stays_here(walk, "its collation takes different texts as equal");
	if (operators[i].compare == PENDO_EQ && op->useOr)
		is_any = true;
	else if (operators[i].compare == PENDO_NE && !op->useOr)
		is_any = false;
	else
		return stays_here(walk, "no comparison that the remote system knows");
	if (column_of(walk, left) == 0 || !is_value(right) ||
		!OidIsValid(get_element_type(exprType(right))))
		return stays_here(walk, "not a comparison of one column with a value");
	return classified(walk,
					  make_leaf(is_any != negated ? PENDO_FILTER_ANY
												  : PENDO_FILTER_NONE,
								column_of(walk, left)),
					  (Expr *) right);
}

static PendoFilter *
walk_null_test(Walk *walk, NullTest *test, bool negated)
{
	AttrNumber attnum = column_of(walk, (Node *) test->arg);
	bool is_null = (test->nulltesttype == IS_NULL) != negated;

	if (attnum == 0 || test->argisrow)
		return stays_here(walk, "not a test of one column");
	return classified(walk,
					  make_leaf(is_null ? PENDO_FILTER_IS_NULL
										: PENDO_FILTER_IS_NOT_NULL,
								attnum),
					  NULL);
}

/* A column that is a condition by itself. */
static PendoFilter *
walk_boolean_column(Walk *walk, Node *column, bool value)
{
	PendoFilter *leaf;

	if (column_of(walk, column) == 0)
		return stays_here(walk, "not a condition on one column");
	leaf = make_leaf(PENDO_FILTER_COMPARE, column_of(walk, column));
	leaf->compare = PENDO_EQ;
	return classified(walk, leaf, (Expr *) makeBoolConst(value, false));
}

static PendoFilter *
make_group(PendoFilterKind kind, List *children)
{
	PendoFilter *group;
	ListCell *cell;

	if (list_length(children) == 1)
		return linitial(children);
	group = make_leaf(kind, 0);
	group->children = children;
	foreach(cell, children)
		group->push = Max(group->push, ((PendoFilter *) lfirst(cell))->push);
	return group;
}

/*
 * AND may leave parts out, and then is no longer exact; OR may not.
 */
static PendoFilter *
walk_group(Walk *walk, BoolExpr *expr, bool negated)
{
	bool is_and = (expr->boolop == AND_EXPR) != negated;
	List *children = NIL;
	int operand_count = list_length(*walk->operands);
	bool is_whole = true;
	PendoFilter *group;
	ListCell *cell;

	if (walk->depth >= MAX_DEPTH)
		return stays_here(walk, "nested too deeply");
	foreach(cell, expr->args)
	{
		PendoFilter *child;

		walk->depth++;
		child = walk_clause(walk, lfirst(cell), negated);
		walk->depth--;

		if (child != NULL)
			children = lappend(children, child);
		else if (is_and)
			is_whole = false;
		else
		{
			/* Nobody will use what the first children wanted to know. */
			*walk->operands = list_truncate(*walk->operands, operand_count);
			return NULL;
		}
	}
	if (children == NIL)
		return NULL;
	group = make_group(is_and ? PENDO_FILTER_AND : PENDO_FILTER_OR, children);
	if (!is_whole)
		group->push = Max(group->push, PENDO_PUSH_LOSSY);
	return group;
}

static PendoFilter *
walk_clause(Walk *walk, Expr *clause, bool negated)
{
	switch (nodeTag(clause))
	{
		case T_BoolExpr:
			if (((BoolExpr *) clause)->boolop == NOT_EXPR)
				return walk_clause(walk, linitial(((BoolExpr *) clause)->args),
								   !negated);
			return walk_group(walk, (BoolExpr *) clause, negated);
		case T_OpExpr:
			return walk_comparison(walk, (OpExpr *) clause, negated);
		case T_ScalarArrayOpExpr:
			return walk_membership(walk, (ScalarArrayOpExpr *) clause, negated);
		case T_NullTest:
			return walk_null_test(walk, (NullTest *) clause, negated);
		case T_Var:
		case T_RelabelType:
			return walk_boolean_column(walk, (Node *) clause, !negated);
		default:
			return stays_here(walk, "an expression that the remote system "
									"does not know");
	}
}

PendoFilter *
pendo_filter_from_clause(const PendoRelation *relation, Index relid,
						 Expr *clause, List **operands, const char **reason)
{
	Walk walk = {relation, relid, operands, NULL, 0};
	PendoFilter *filter = walk_clause(&walk, clause, false);

	*reason = walk.reason;
	return filter;
}
