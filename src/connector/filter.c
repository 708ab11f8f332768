/*-------------------------------------------------------------------------
 *
 * connector/filter.c
 *	  Filters to and from lists, which a plan can carry.
 *
 * A list of integers for a leaf: kind, push, attnum, compare, operand.  For
 * AND and OR: a list of that (its leaf fields unused) and the children.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/filter.h"

List *
pendo_filter_to_list(const PendoFilter *filter)
{
	List *list;
	ListCell *cell;

	list = list_make1(list_make5_int(filter->kind, filter->push, filter->attnum,
									 filter->compare, filter->operand));
	foreach(cell, filter->children)
		list = lappend(list, pendo_filter_to_list(lfirst(cell)));
	return list;
}

PendoFilter *
pendo_filter_from_list(List *list)
{
	PendoFilter *filter = palloc0(sizeof(PendoFilter));
	List *head = linitial_node(List, list);
	ListCell *cell;

	filter->kind = linitial_int(head);
	filter->push = lsecond_int(head);
	filter->attnum = lthird_int(head);
	filter->compare = lfourth_int(head);
	filter->operand = list_nth_int(head, 4);
	for_each_from(cell, list, 1)
		filter->children = lappend(filter->children,
								   pendo_filter_from_list(lfirst(cell)));
	return filter;
}
