
# DeliveryHistory: did what was written arrive?  Told by the writers' journal and by the
# stand-ins' logs, effects and records; pendo.delivery is only compared with them.
#
#   my $history = DeliveryHistory->new($node, hs => $hubspot, sf => $salesforce);
#   make_journal($node, hs => 'companies', sf => 'Account');   # crash.change() writes an item and its journal
#   $history->refresh;
#   is(join("\n", $history->problems), '', 'all arrived');
#
# Writers hold a key's row of crash.key while they change it, so its versions are in the
# order of the changes, whatever numbers items and transactions have.

package DeliveryHistory;

use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use PendoTest;

our @EXPORT = qw(make_journal);

# Each connection's remote field that holds the key, by object.
my %key_field = (companies => 'external_id', tasks => 'pendo_key', Account => 'Pendo_Key__c', Task => 'Pendo_Key__c');
my $json = JSON::PP->new->canonical->allow_nonref;

# The table that writers write together with the outbox, and the function that does both.
sub make_journal
{
	my ($node) = @_;

	$node->safe_psql('postgres', q{
		CREATE SCHEMA IF NOT EXISTS crash;
		CREATE TABLE crash.key (connection name, key text, version int NOT NULL, PRIMARY KEY (connection, key));
		CREATE TABLE crash.journal (item bigint PRIMARY KEY, connection name, object text, key text, version int,
			operation text, fields jsonb, is_doomed boolean);
		CREATE FUNCTION crash.change(connection name, object text, key_field text, key text, fields jsonb, operation text,
			class text, look boolean, is_doomed boolean) RETURNS void LANGUAGE plpgsql AS $$
		#variable_conflict use_variable
		DECLARE
			v int;
			n bigint;
		BEGIN
			INSERT INTO crash.key AS k VALUES (connection, key, 1)
				ON CONFLICT ON CONSTRAINT key_pkey DO UPDATE SET version = k.version + 1 RETURNING version INTO v;
			IF look THEN
				INSERT INTO pendo.outbox AS o (connection, object, key, fields, operation, key_field, class, look)
					VALUES (connection, object, key, fields, operation, key_field, class, true) RETURNING o.item INTO n;
			ELSE
				n := pendo.enqueue(connection, object, key, fields, operation, key_field, class => class);
			END IF;
			INSERT INTO crash.journal VALUES (n, connection, object, key, v, operation, fields, is_doomed);
		END $$;});
	return;
}

# SQL that changes a record: a statement for a writer.
sub change
{
	my (%c) = @_;
	my $values = join ', ', map { PendoTest::quote_literal($_) } @c{qw(connection object)}, $key_field{ $c{object} },
	  $c{key}, $json->encode($c{fields}), $c{operation} // 'upsert', $c{class} // 'push';

	return "SELECT crash.change($values, " . ($c{look} ? 'true' : 'false') . ', ' . ($c{doomed} ? 'true' : 'false') . ');';
}

sub new
{
	my ($class, $node, %remote) = @_;

	return bless { node => $node, remote => \%remote, effects => [], requests => [], cuts => [], seen => {} }, $class;
}

sub copy
{
	my ($self) = @_;
	my $copy = $json->decode($json->encode({ map { $_ => $self->{$_} } qw(effects requests journal records deliveries failed) }));

	return bless $copy, ref $self;
}

# --- what there is to look at ------------------------------------------------------

sub rows
{
	my ($text) = @_;

	return @{ decode_json($text) } if $text =~ /^\[/;
	return map { decode_json($_) } split /\n/, $text;
}

sub sql_rows
{
	my ($self, $query) = @_;

	return decode_json($self->{node}->safe_psql('postgres', "SELECT coalesce(json_agg(q), '[]') FROM ($query) q"));
}

# Read all that is new.  Requests must have ended.
sub refresh
{
	my ($self) = @_;

	$self->{journal} = $self->sql_rows('SELECT * FROM crash.journal ORDER BY connection, key, version');
	$self->{deliveries} = $self->sql_rows(q{SELECT id, item, connection, key, outcome, remote_id, is_created, code, message
		FROM pendo.delivery ORDER BY id});
	$self->{failed} = $self->sql_rows('SELECT item, key, code, message FROM pendo.failed_item');
	$self->{records} = [];
	foreach my $connection (sort keys %{ $self->{remote} })
	{
		my $remote = $self->{remote}{$connection};
		$self->read_records($connection, $remote);
		$self->read_effects($connection, $remote);
		$self->read_requests($connection, $remote);
	}
	return;
}

sub read_records
{
	my ($self, $connection, $remote) = @_;
	my $is_hubspot = defined $remote->{token};

	foreach my $object ($is_hubspot ? qw(companies tasks) : qw(Account Task))
	{
		foreach my $record (rows($remote->control(GET => "records/$object")))
		{
			my $values = $is_hubspot ? $record->{properties} : $record->{fields} // $record;
			my $key = $values->{ $key_field{$object} } // next;
			next if $is_hubspot ? defined $record->{archived_at} : $values->{IsDeleted};
			push @{ $self->{records} }, { connection => $connection, key => $key, id => $record->{id} // $values->{Id}, values => $values };
		}
	}
	return;
}

sub read_effects
{
	my ($self, $connection, $remote) = @_;
	my $is_hubspot = defined $remote->{token};
	my ($parameter, $number) = $is_hubspot ? qw(since n) : qw(after sequence);

	foreach my $effect (rows($remote->control(GET => "effects?$parameter=" . ($self->{seen}{$connection} // 0))))
	{
		$self->{seen}{$connection} = $effect->{$number};
		my $field = $key_field{ $effect->{object} // '' } // next;
		my $key = $is_hubspot ? $effect->{properties}{$field} : $effect->{external_ids}{$field};
		next unless defined $key;
		my %values = $is_hubspot ? map { $_ => $effect->{properties}{$_} } @{ $effect->{changed} } : %{ $effect->{sent} };
		delete @values{ $field, 'Id', 'id' };
		push @{ $self->{effects} }, { connection => $connection, key => $key, id => $effect->{id}, trace => $effect->{trace},
			request => $effect->{request}, is_created => ($effect->{outcome} // $effect->{action}) eq 'created' ? 1 : 0, values => \%values };
	}
	return;
}

# The keys that a request is about.
sub keys_of
{
	my ($self, $entry, $keys) = @_;
	my $body = ref $entry->{body} ? $entry->{body} : eval { decode_json($entry->{body} // '') } // {};
	my $query = $json->encode($entry->{query} // '');

	return $query =~ /'([^']*)'/g if $entry->{path} =~ m{/query$};
	return unless ref $body eq 'HASH';
	return map { $_->{id} // $_->{properties}{pendo_key} // () } @{ $body->{inputs} } if $body->{inputs};
	return map { $_->{Pendo_Key__c} // $keys->{ $_->{id} // '' } // () } @{ $body->{records} } if $body->{records};
	return;
}

sub read_requests
{
	my ($self, $connection, $remote) = @_;
	my %keys = map { $_->{id} => $_->{key} } grep { $_->{connection} eq $connection } @{ $self->{records} };
	my @log = $remote->log;

	$remote->clear_log;
	foreach my $entry (@log)
	{
		my @keys = $self->keys_of($entry, \%keys) or next;
		my $end = $entry->{complete} ? $entry->{answered_at} : $entry->{at} + ($entry->{duration_ms} // 1e9);
		foreach my $cut (@{ $self->{cuts} })
		{
			$end = $cut->{at} if $entry->{at} <= $cut->{at} && $end > $cut->{at} && ($cut->{all} || ($entry->{fault} // '') eq 'crash');
		}
		push @{ $self->{requests} }, { connection => $connection, n => $entry->{n}, begin => $entry->{at}, end => $end, keys => \@keys };
	}
	return;
}

# Who had sent them ended at this time: requests of all, or those that were held up.
sub cut
{
	my ($self, $seconds, $all) = @_;

	push @{ $self->{cuts} }, { at => int(1000 * $seconds), all => $all };
	return;
}

# --- what must hold ----------------------------------------------------------------

sub place { return "$_[0]{connection} $_[0]{key}" }
sub same { return ($_[0] // '') eq ($_[1] // '') }

# By key: its changes in order, and by field their values with versions.
sub wanted
{
	my ($self) = @_;
	my %wanted;

	foreach my $change (@{ $self->{journal} })
	{
		my $key = $wanted{ place($change) } //= { changes => [], fields => {}, operation => $change->{operation} };
		$key->{is_doomed} = 1 if $change->{is_doomed};
		push @{ $key->{changes} }, $change;
		push @{ $key->{fields}{$_} }, [ $change->{version}, $change->{fields}{$_} ] foreach keys %{ $change->{fields} };
	}
	return \%wanted;
}

sub problems
{
	my ($self) = @_;
	my $wanted = $self->wanted;
	my $of = { effects => {}, records => {}, deliveries => {}, reached => {} };

	push @{ $of->{effects}{ place($_) } }, $_ foreach @{ $self->{effects} };
	push @{ $of->{records}{ place($_) } }, $_ foreach @{ $self->{records} };
	push @{ $of->{deliveries}{ $_->{item} } }, $_ foreach @{ $self->{deliveries} };
	return (strangers($self, $wanted), (map { contents($_, $wanted->{$_}, $of) } sort keys %$wanted),
		(map { outcomes($_, $wanted->{$_}, $of) } sort keys %$wanted), failures($self), overlaps($self));
}

# Nothing arrived that nobody wrote.
sub strangers
{
	my ($self, $wanted) = @_;
	my %items = map { $_->{item} => 1 } @{ $self->{journal} };

	return ((map { place($_) . ': an effect on a record that nobody wrote' } grep { !$wanted->{ place($_) } } @{ $self->{effects} }),
		(map { "item $_->{item} of " . place($_) . ': an outcome, though it was never committed' } grep { !$items{ $_->{item} } } @{ $self->{deliveries} }));
}

# Effects in their order: each field's values follow the order of the changes and end with
# the newest; one record, made once.
sub contents
{
	my ($place, $key, $of) = @_;
	my @effects = @{ $of->{effects}{$place} // [] };
	my @records = @{ $of->{records}{$place} // [] };
	my (%at, %last, @found);

	return map { "$place: an effect, though it was to fail" } @effects if $key->{is_doomed};
	push @found, "$place: " . @records . ' records' if @records != 1;
	my $created = grep { $_->{is_created} } @effects;
	push @found, "$place: made $created times" if $created != 1;
	foreach my $effect (@effects)
	{
		foreach my $field (sort keys %{ $effect->{values} })
		{
			my $values = $key->{fields}{$field} // next;
			my $value = $effect->{values}{$field};
			my $next = $at{$field} // 0;
			$next++ while $next < @$values && !same($values->[$next][1], $value);
			$last{$field} = $value;
			if ($next < @$values)
			{
				$at{$field} = $next;
				push @{ $of->{reached}{$place}{$field} }, $value;
				next;
			}
			my $is_known = grep { same($_->[1], $value) } @$values;
			push @found, "$place: $field became \"" . ($value // '') . '", ' . ($is_known ? 'after newer content' : 'which was never committed');
		}
	}
	foreach my $field (sort keys %{ $key->{fields} })
	{
		my $newest = $key->{fields}{$field}[-1][1];
		push @found, "$place: $field did not become \"" . ($newest // '') . '"' unless same($last{$field}, $newest);
		push @found, "$place: $field is not \"" . ($newest // '') . '"' if @records == 1 && !same($records[0]{values}{$field}, $newest);
	}
	return @found;
}

# What pendo.delivery says: one outcome an item, and it is true.
sub outcomes
{
	my ($place, $key, $of) = @_;
	my ($record) = @{ $of->{records}{$place} // [] };
	my %newest = map { $_ => $key->{fields}{$_}[-1][0] } keys %{ $key->{fields} };
	my ($made, @found) = (0);

	foreach my $change (@{ $key->{changes} })
	{
		my $item = "$place: item $change->{item}";
		my @outcomes = grep { $_->{outcome} ne 'retry' } @{ $of->{deliveries}{ $change->{item} } // [] };
		my $outcome = @outcomes == 1 ? $outcomes[0] : { outcome => @outcomes . ' outcomes: ' . join ' ', map { $_->{outcome} } @outcomes };
		my $is = $outcome->{outcome};

		$made++ if $outcome->{is_created};
		if ($is eq 'failed')
		{
			push @found, "$item failed: " . ($outcome->{code} // '') . ' ' . ($outcome->{message} // '') unless $change->{is_doomed};
		}
		elsif ($change->{is_doomed})
		{
			push @found, "$item was to fail, but: $is";
		}
		elsif ($is eq 'superseded')
		{
			push @found, "$item is superseded, but none is newer" if $change->{operation} eq 'create'
			  || grep { $newest{$_} <= $change->{version} } keys %{ $change->{fields} };
		}
		elsif ($is eq 'delivered' || $is eq 'unchanged')
		{
			push @found, "$item is $is, but not there" unless arrived($place, $key, $change, $of, $is eq 'delivered' ? $change->{item} : undef);
			push @found, "$item went to another record" if $record && ($outcome->{remote_id} // '') ne $record->{id};
		}
		else
		{
			push @found, "$item: $is";
		}
	}
	push @found, "$place: said to be new $made times" if $made > 1;
	return @found;
}

# Did each field of a change reach its value or a newer one?  Where effects name their
# item, one must name this.
sub arrived
{
	my ($place, $key, $change, $of, $item) = @_;

	foreach my $field (keys %{ $change->{fields} })
	{
		my @values = map { $_->[1] } grep { $_->[0] >= $change->{version} } @{ $key->{fields}{$field} };
		return 0 unless grep { my $reached = $_; grep { same($_, $reached) } @values } @{ $of->{reached}{$place}{$field} // [] };
	}
	return 1 if $change->{operation} eq 'create' || !defined $item || $change->{connection} ne 'hs';
	return scalar grep { ($_->{trace} // '') eq $item } @{ $of->{effects}{$place} // [] };
}

# Failed items are exactly those that were to fail.
sub failures
{
	my ($self) = @_;
	my %doomed = map { $_->{item} => $_ } grep { $_->{is_doomed} } @{ $self->{journal} };
	my %failed = map { $_->{item} => $_ } @{ $self->{failed} };

	return ((map { "item $_ failed: " . ($failed{$_}{code} // '') } grep { !$doomed{$_} } sort keys %failed),
		(map { "item $_ is no failed item" } grep { !$failed{$_} } sort keys %doomed));
}

# How much there was.
sub summary
{
	my ($self) = @_;
	my (%by, $text);

	$by{ $_->{outcome} }++ foreach @{ $self->{deliveries} };
	$text = join ', ', map { "$by{$_} $_" } sort keys %by;
	return sprintf '%d changes of %d keys; %d effects of %d requests with keys; %s', scalar @{ $self->{journal} }, scalar keys %{ $self->wanted },
	  scalar @{ $self->{effects} }, scalar @{ $self->{requests} }, $text;
}

# Of one key, nothing was under way twice.
sub overlaps
{
	my ($self) = @_;
	my (%until, @found);

	foreach my $request (sort { $a->{begin} <=> $b->{begin} || $a->{n} <=> $b->{n} } @{ $self->{requests} })
	{
		foreach my $key (@{ $request->{keys} })
		{
			my $last = $until{"$request->{connection} $key"};
			push @found, "$request->{connection} $key: requests $last->{n} and $request->{n} overlap by " . ($last->{end} - $request->{begin}) . ' ms'
			  if $last && $request->{begin} < $last->{end};
			$until{"$request->{connection} $key"} = $request unless $last && $last->{end} > $request->{end};
		}
	}
	return @found;
}

1;
