//! The examples and sample schemas: each compiles without a word, loads in one transaction on every major version, and
//! does in the database what it says.

use postgres::{Client, SimpleQueryMessage};
use schemac::object::address::Kind;

use crate::support::compiled::{self, Outcome};
use crate::support::files;
use crate::support::postgres::{self as servers, Server};

#[test]
fn the_shop_keeps_its_word() {
    on_every_server("examples/shop/schemas", 14, |client| {
        shop_data(client);
        shop_catalog(client);
        shop_orders(client);
        shop_stock(client);
    });
}

/// One product, one customer, one order of three pieces.
fn shop_data(client: &mut Client) {
    run(
        client,
        "set search_path = shop, public;
         insert into products (slug, name, description, status, published_at)
           values ('red-wine-glass', 'Red wine glass', 'Large, for red wine', 'active', now());
         insert into variants (product_id, sku, weight_grams) values (1, 'RWG-1', 250);
         insert into prices (variant_id, currency, amount) values (1, 'EUR', 19.90);
         insert into customers (email, full_name) values ('Ada@Example.org', 'Ada Lovelace');
         insert into orders (customer_id, currency, billing_address)
           values (1, 'EUR', row('Ada', 'Main Street 1', '1010', 'Vienna', '', 'AT'));
         insert into order_lines (order_id, line, variant_id, description, quantity, unit_price, discount, tax_rate)
           values (1, 1, 1, 'Red wine glass', 3, 19.90, 1.70, 20);",
    );
}

fn shop_catalog(client: &mut Client) {
    // Full-text search over the generated column.
    let search =
        "select slug from products where search @@ websearch_to_tsquery('english', 'glasses')";
    assert_eq!(rows(client, search), ["red-wine-glass"]);
    assert_eq!(
        rows(client, "select name, price_from, reviews from product_cards"),
        ["Red wine glass|19.90|0"]
    );
    // Periods of a price do not overlap, addresses differ in more than case, a product shown has a date.
    let price = "insert into prices (variant_id, currency, amount) values (1, 'EUR', 15)";
    assert_eq!(refused(client, price), "23P01");
    let email = "insert into customers (email, full_name) values ('ada@example.ORG', 'Ada')";
    assert_eq!(refused(client, email), "23505");
    let undated = "insert into products (slug, name, status) values ('x', 'X', 'active')";
    assert_eq!(refused(client, undated), "23514");
}

fn shop_orders(client: &mut Client) {
    assert_eq!(rows(client, "select number, status from orders"), ["S-100000|placed"]);
    assert_eq!(rows(client, "select total, tax from order_lines"), ["58.00|9.67"]);
    assert_eq!(rows(client, "select shop.order_total(1)"), ["58.00"]);
    run(client, "update orders set status = 'paid'");
    let events = "select coalesce(old_status::text, ''), new_status from order_events order by id";
    assert_eq!(rows(client, events), ["|placed", "placed|paid"]);
    assert_eq!(refused(client, "update order_events set changed_by = 'nobody'"), "23001");
    run(
        client,
        "insert into payments (order_id, method, amount, currency, status, captured_at)
           values (1, 'card', 58, 'EUR', 'captured', now());
         insert into refunds (payment_id, amount, reason) values (1, 50, 'broken');",
    );
    // The constraint trigger speaks when the transaction ends.
    let refund = "insert into refunds (payment_id, amount, reason) values (1, 50, 'broken too')";
    assert_eq!(refused(client, refund), "23514");
    assert_eq!(rows(client, "select paid, due from order_balances"), ["58.00|0.00"]);
    assert_eq!(rows(client, "select orders, revenue from monthly_revenue"), ["1|58.00"]);
    run(client, "refresh materialized view best_sellers");
    run(client, "refresh materialized view concurrently best_sellers");
    assert_eq!(rows(client, "select product_id, sold from best_sellers"), ["1|3"]);
}

fn shop_stock(client: &mut Client) {
    run(
        client,
        "insert into warehouses (code, name, country) values ('VIE1', 'Vienna', 'AT');
         insert into stock_movements (warehouse_id, variant_id, quantity, reason)
           values (1, 1, 5, 'purchase'), (1, 1, -2, 'correction');
         insert into lockers (warehouse_id, number, height_cm) values (1, 1, 40);",
    );
    assert_eq!(rows(client, "select on_hand, available from stock_levels"), ["3|3"]);
    let too_much = "insert into stock_movements (warehouse_id, variant_id, quantity, reason) values (1, 1, -4, 'correction')";
    assert_eq!(refused(client, too_much), "23514");
    let reserve = |during: &str, cancelled: &str| {
        format!(
            "insert into locker_reservations (locker_id, order_id, during, pin, cancelled_at)
             values (1, 1, '{during}', '123456', {cancelled})"
        )
    };
    run(client, &reserve("[2026-01-01,2026-01-02)", "null"));
    assert_eq!(refused(client, &reserve("[2026-01-01 12:00,2026-01-03)", "null")), "23P01");
    run(client, &reserve("[2026-01-01 12:00,2026-01-03)", "now()"));
    run(client, &reserve("[2026-01-02,2026-01-03)", "null"));
}

/// Two tenants of the service, and users.
const ALPHA: &str = "00000000-0000-0000-0000-00000000000a";
const BETA: &str = "00000000-0000-0000-0000-00000000000b";

#[test]
fn the_service_keeps_tenants_apart() {
    on_every_server("examples/saas/schemas", 14, |client| {
        saas_data(client);
        saas_tenants(client);
        saas_invitations(client);
        saas_billing(client);
        saas_audit(client);
    });
}

fn saas_data(client: &mut Client) {
    run(
        client,
        &format!(
            "insert into billing.plans (code, name, monthly_price) values ('pro', 'Pro', 10);
             insert into auth.users (email, full_name) values ('a@a.org', 'A'), ('b@b.org', 'B'), ('c@c.org', 'C');
             insert into tenancy.tenants (id, slug, name) values ('{ALPHA}', 'alpha', 'Alpha'), ('{BETA}', 'beta', 'Beta');
             insert into auth.memberships (tenant_id, user_id, role)
               values ('{ALPHA}', 1000, 'owner'), ('{BETA}', 1001, 'owner');
             insert into tenancy.feature_flags (key, description, rollout) values ('search', 'New search', 100);"
        ),
    );
    work_as(client, ALPHA, 1000);
    run(
        client,
        "insert into app.projects (key, name) values ('WEB', 'Website');
         insert into app.tasks (project_id, title) select id, 'First' from app.projects;
         insert into app.tasks (project_id, title, assignee_id) select id, 'Second', 1000 from app.projects;
         insert into app.events (occurred_at, kind) values ('2026-03-05', 'task.created'), ('2031-01-01', 'task.created');
         insert into auth.invitations (email, token_hash) values ('C@c.org', sha256('secret'));",
    );
}

/// What the application sees is the tenant's that it works for, and nothing else.
fn saas_tenants(client: &mut Client) {
    let tasks = "select number, title from app.tasks order by number";
    work_as(client, ALPHA, 1000);
    assert_eq!(rows(client, tasks), ["1|First", "2|Second"]);
    assert_eq!(rows(client, "select full_name, open from app.workload"), ["A|1"]);
    let partitions = "select tableoid::regclass from app.events order by occurred_at";
    assert_eq!(rows(client, partitions), ["app.events_2026_03", "app.events_rest"]);
    assert_eq!(rows(client, "select tenancy.feature('search')"), ["true"]);
    assert_eq!(refused(client, "select * from app.events_2026_03"), "42501");

    work_as(client, BETA, 1001);
    assert!(rows(client, tasks).is_empty());
    assert!(rows(client, "select * from app.events").is_empty());
    assert_eq!(rows(client, "select slug from tenancy.tenants"), ["beta"]);
    assert_eq!(rows(client, "select full_name from auth.users"), ["B"]);
    let foreign =
        format!("insert into app.projects (tenant_id, key, name) values ('{ALPHA}', 'XX', 'X')");
    assert_eq!(refused(client, &foreign), "42501");
    assert_eq!(
        rows(client, "with gone as (delete from app.tasks returning 1) select count(*) from gone"),
        ["0"]
    );

    run(client, "reset app.tenant_id");
    assert!(rows(client, tasks).is_empty());
    run(client, "reset role; set role saas_support");
    assert_eq!(rows(client, tasks), ["1|First", "2|Second"]);
    assert_eq!(refused(client, "update app.tasks set title = 'x'"), "42501");
    // Keys that start with the tenant hold even where no policy does.
    run(client, "reset role");
    let crossed = format!(
        "insert into app.tasks (tenant_id, project_id, title) select '{BETA}', id, 'x' from app.projects"
    );
    assert_eq!(refused(client, &crossed), "23503");
}

/// A function with its owner's rights does what the caller may not.
fn saas_invitations(client: &mut Client) {
    work_as(client, ALPHA, 1002);
    assert!(
        rows(client, "select auth.my_role()::text where auth.my_role() is not null").is_empty()
    );
    assert_eq!(rows(client, "select auth.accept_invitation(sha256('secret'))"), [ALPHA]);
    assert_eq!(rows(client, "select auth.accept_invitation(sha256('secret')) is null"), ["t"]);
    assert_eq!(rows(client, "select auth.my_role()"), ["member"]);
    // A member invites and adds nobody.
    assert_eq!(refused(client, "insert into auth.memberships (user_id) values (1001)"), "42501");
    assert_eq!(refused(client, "select billing.close_month('2026-01-01')"), "42809");
    assert_eq!(refused(client, "call billing.close_month('2026-01-01')"), "42501");
}

fn saas_billing(client: &mut Client) {
    run(client, "reset role");
    let subscribe = |during: &str| {
        format!(
            "insert into billing.subscriptions (tenant_id, plan, during, seats) values ('{ALPHA}', 'pro', '{during}', 3)"
        )
    };
    run(client, &subscribe("[2026-01-01,2026-06-01)"));
    assert_eq!(refused(client, &subscribe("[2026-05-01,2026-07-01)")), "23P01");
    run(client, "set role saas_worker; call billing.close_month('2026-03-14'); reset role");
    assert_eq!(rows(client, "select month, status from billing.invoices"), ["2026-03-01|draft"]);
    assert_eq!(rows(client, "select amount from billing.invoice_lines"), ["30.00"]);
    let limits = r#"insert into billing.plans (code, name, monthly_price, limits) values ('x', 'X', 1, '{"seats": "many"}')"#;
    assert_eq!(refused(client, limits), "23514");
    // Who does not pay, reads only.
    run(client, "update tenancy.tenants set status = 'suspended' where slug = 'alpha'");
    work_as(client, ALPHA, 1000);
    assert_eq!(rows(client, "select count(*) from app.tasks"), ["2"]);
    assert_eq!(
        refused(client, "insert into app.projects (key, name) values ('NEW', 'New')"),
        "42501"
    );
}

fn saas_audit(client: &mut Client) {
    assert_eq!(refused(client, "select * from audit.changes"), "42501");
    run(client, "reset role");
    let changes = "select operation, user_id, new_row ->> 'title' from audit.changes where table_name = 'app.tasks' order by id";
    assert_eq!(rows(client, changes), ["INSERT|1000|First", "INSERT|1000|Second"]);
    let tenant = "select distinct tenant_id from audit.changes where table_name = 'app.projects'";
    assert_eq!(rows(client, tenant), [ALPHA]);
}

#[test]
fn the_company_keeps_its_books() {
    on_every_server("schemas/erp", 14, |client| {
        company_data(client);
        company_trade(client);
        company_books(client);
        company_work(client);
    });
}

/// One legal entity with a store, an item made of another, a customer and two people.
fn company_data(client: &mut Client) {
    run(
        client,
        "insert into core.countries (code, name) values ('AT', 'Austria');
         insert into core.currencies (code, name) values ('EUR', 'Euro'), ('USD', 'Dollar');
         insert into core.exchange_rates values ('EUR', 'USD', '2026-01-01', 1.1), ('EUR', 'USD', '2026-02-01', 1.2);
         insert into core.units values ('PC', 'Piece', 'count');
         insert into core.addresses (street, city, country_code) values ('Main Street 1', 'Vienna', 'AT');
         insert into core.legal_entities (code, name, currency_code, address_id) values ('AT1', 'Works', 'EUR', 1);
         insert into core.sites (code, name, legal_entity_id, address_id) values ('VIE', 'Vienna', 1, 1);
         insert into hr.departments (code, name, legal_entity_id) values ('SALES', 'Sales', 1);
         insert into hr.employees (personnel_number, first_name, last_name, born_on, hired_on, department_id, supervisor_id)
           values ('000001', 'Ada', 'King', '1980-01-01', '2010-01-01', 1, null),
                  ('000002', 'Bob', 'Reed', '1990-01-01', '2020-01-01', 1, 1);
         insert into inventory.categories (code, name) values ('ALL', 'All');
         insert into inventory.items (code, name, kind, category_id, unit_code, standard_cost)
           values ('LAMP', 'Lamp', 'finished_good', 1, 'PC', 20), ('BULB', 'Bulb', 'component', 1, 'PC', 2.5);
         insert into production.boms (item_id) values (1);
         insert into production.bom_lines (bom_id, line, component_id, quantity) values (1, 1, 2, 3);
         update inventory.items set bom_id = 1 where code = 'LAMP';
         insert into inventory.warehouses (code, name, site_id) values ('MAIN', 'Main store', 1);
         insert into inventory.bins (warehouse_id, aisle, shelf, box) values (1, 1, 2, 3), (1, 1, 2, 4);
         insert into crm.accounts (code, name, credit_limit) values ('ACME', 'Acme', 100);",
    );
}

fn company_trade(client: &mut Client) {
    run(
        client,
        "insert into sales.orders (legal_entity_id, account_id, currency_code, ship_to_id) values (1, 1, 'EUR', 1);
         insert into sales.order_lines (order_id, line, item_id, quantity, unit_code, unit_price, discount)
           values (1, 1, 1, 2, 'PC', 50, 10);",
    );
    let year = rows(client, "select extract(year from current_date)").remove(0);
    assert_eq!(rows(client, "select number from sales.orders"), [format!("SO-{year}-00001")]);
    assert_eq!(rows(client, "select net_amount from sales.order_lines"), ["90.00"]);
    run(client, "update sales.orders set status = 'confirmed'");
    assert_eq!(
        rows(client, "select net_amount, is_delivered from sales.order_totals"),
        ["90.00|f"]
    );
    run(
        client,
        "insert into sales.orders (legal_entity_id, account_id, currency_code, ship_to_id) values (1, 1, 'EUR', 1);
         insert into sales.order_lines (order_id, line, item_id, quantity, unit_code, unit_price) values (2, 1, 1, 1, 'PC', 50);",
    );
    assert_eq!(
        refused(client, "update sales.orders set status = 'confirmed' where id = 2"),
        "23514"
    );

    // A move keeps the balances of both places.
    run(
        client,
        "insert into inventory.moves (item_id, to_bin_id, quantity, reason) values (2, 1, 10, 'receipt')",
    );
    run(
        client,
        "insert into inventory.moves (item_id, from_bin_id, to_bin_id, quantity, reason) values (2, 1, 2, 4, 'transfer')",
    );
    let balances = "select label, quantity from inventory.balances join inventory.bins b on b.id = bin_id order by 1";
    assert_eq!(rows(client, balances), ["01-02-3|6.000", "01-02-4|4.000"]);
    let too_much = "insert into inventory.moves (item_id, from_bin_id, quantity, reason) values (2, 1, 7, 'scrap')";
    assert_eq!(refused(client, too_much), "23514");
    assert_eq!(rows(client, "select available from inventory.availability"), ["10.000"]);
    assert_eq!(rows(client, "select production.material_cost(1)"), ["7.5000"]);
    assert_eq!(
        rows(client, "select core.exchange_rate('EUR', 'USD', '2026-01-20')"),
        ["1.10000000"]
    );
}

fn company_books(client: &mut Client) {
    run(
        client,
        "insert into finance.accounts (code, name, kind) values ('1000', 'Cash', 'asset'), ('4000', 'Sales', 'revenue');
         insert into finance.journals (code, name, legal_entity_id) values ('GEN', 'General', 1);
         insert into finance.periods (legal_entity_id, year, month, days) values (1, 2026, 1, '[2026-01-01,2026-02-01)');
         insert into finance.entries (legal_entity_id, journal_id, year, month, issued_on, description)
           values (1, 1, 2026, 1, '2026-01-10', 'Cash sale');
         insert into finance.entry_lines (entry_id, line, account_id, debit, credit) values (1, 1, 1, 90, 0), (1, 2, 2, 0, 90);",
    );
    let unbalanced =
        "insert into finance.entry_lines (entry_id, line, account_id, debit) values (1, 3, 1, 5)";
    assert_eq!(refused(client, unbalanced), "23514");
    assert_eq!(rows(client, "select finance.balance(1, '2026-12-31')"), ["0"]);
    run(client, "update finance.entries set posted_at = now()");
    assert_eq!(rows(client, "select finance.balance(1, '2026-12-31')"), ["90.00"]);
    assert_eq!(refused(client, "delete from finance.entries"), "23001");
    let overlapping = "insert into finance.periods (legal_entity_id, year, month, days) values (1, 2026, 2, '[2026-01-31,2026-03-01)')";
    assert_eq!(refused(client, overlapping), "23P01");
    let trial = "select code, debit, credit from finance.trial_balance order by code";
    assert_eq!(rows(client, trial), ["1000|90.00|0.00", "4000|0.00|90.00"]);
}

fn company_work(client: &mut Client) {
    assert_eq!(rows(client, "select employee_id, depth from hr.reports_of(1)"), ["2|1"]);
    run(
        client,
        "insert into projects.projects (code, name) values ('P1', 'New site');
         insert into projects.tasks (project_id, title) values (1, 'a'), (1, 'b');
         insert into projects.dependencies (task_id, needs_id) values (1, 2);
         insert into support.service_levels (code, name) values ('GOLD', 'Gold');
         insert into support.response_targets values (1, 'normal', '1 hour', '1 day');
         insert into support.contracts (legal_entity_id, account_id, service_level_id, during, yearly_fee, currency_code)
           values (1, 1, 1, daterange(current_date, null), 100, 'EUR');
         insert into support.tickets (account_id, subject) values (1, 'It flickers');
         update support.tickets set status = 'open';
         call reporting.refresh();",
    );
    assert_eq!(
        refused(client, "insert into projects.dependencies (task_id, needs_id) values (2, 1)"),
        "23514"
    );
    assert_eq!(
        rows(client, "select contract_id, solve_by - created_at from support.tickets"),
        ["1|1 day"]
    );
    assert_eq!(
        rows(client, "select new_values ->> 'status' from support.ticket_changes"),
        ["open"]
    );
    assert_eq!(
        rows(client, "select revenue, margin_percent from reporting.margins"),
        ["90.00|55.6"]
    );
    assert_eq!(
        rows(client, "select code, open_tickets, projects from reporting.customer_overview"),
        ["ACME|1|0"]
    );
    // Accountants are clerks, and clerks read.
    run(client, "set role erp_accountant");
    assert_eq!(rows(client, "select count(*) from sales.orders"), ["2"]);
    assert_eq!(refused(client, "delete from finance.periods"), "42501");
    run(client, "reset role; set role erp_reader");
    assert_eq!(refused(client, "delete from sales.orders"), "42501");
}

#[test]
fn the_tour_loads() {
    on_every_server("schemas/tour.schema", 15, |client| {
        run(
            client,
            "set search_path = auth, public;
             insert into tenants (slug) values ('acme');
             insert into users (tenant_id, email, display_name) select id, 'A@b.c', 'Ada' from tenants;",
        );
        let again = "insert into users (tenant_id, email) select id, 'a@B.c' from tenants";
        assert_eq!(refused(client, again), "23505");
        assert_eq!(rows(client, "select search_key from users"), ["ada"]);
    });
}

/// What has no test of its own above compiles and loads.
#[test]
fn the_other_samples_load() {
    let own = ["examples/shop/", "examples/saas/", "schemas/erp/", "schemas/tour.schema"];
    let mut folders = std::collections::BTreeSet::new();
    for file in [files::below("examples", ".schema"), files::below("schemas", ".schema")].concat() {
        if !own.iter().any(|it| files::shown(&file).starts_with(it)) {
            folders.extend(file.parent().map(files::shown));
        }
    }
    for folder in folders {
        on_every_server(&folder, 14, |_| {});
    }
}

/// Loads the files of a folder into a fresh database of each server from a major version on, and looks at it.
fn on_every_server(folder: &str, since: u32, look: impl Fn(&mut Client)) {
    let outcome = compile(folder);
    let script = outcome.sql.as_deref().expect("what has no error becomes a script");
    for server in [servers::major(14), servers::default(), servers::major(18)] {
        if server.major() < since {
            continue;
        }
        let database = server.database();
        let loaded = database.run_sql(script);
        assert!(
            loaded.is_ok(),
            "{folder} on PostgreSQL {}: {}",
            server.major(),
            loaded.unwrap_err()
        );
        look(&mut database.connect());
        drop(database);
        drop_roles(server, &outcome);
    }
}

/// Compiles a file, or the files of a folder.
fn compile(folder: &str) -> Outcome {
    let found = if folder.ends_with(".schema") {
        vec![files::root().join(folder)]
    } else {
        files::below(folder, ".schema")
    };
    assert!(!found.is_empty(), "there is nothing in {folder}");
    let outcome = compiled::compile(found.iter().map(|it| (files::shown(it), files::read(it))));
    assert!(outcome.diagnostics.iter().next().is_none(), "{}", outcome.shown());
    outcome
}

/// Roles belong to the whole server: the next test finds it as it was.
fn drop_roles(server: &Server, outcome: &Outcome) {
    let compiled = schemac::compile::compile(&outcome.sources);
    let database = server.database();
    let mut client = database.connect();
    for (at, _) in compiled.catalog.of(Kind::Role) {
        run(&mut client, &format!("drop role {}", at.name));
    }
}

/// Goes on as the application, for a user of a tenant.
fn work_as(client: &mut Client, tenant: &str, user: i64) {
    let sql = format!(
        "reset role; set role saas_app; set app.tenant_id = '{tenant}'; set app.user_id = '{user}'"
    );
    run(client, &sql);
}

fn run(client: &mut Client, sql: &str) {
    client.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
}

/// Returns the rows of a query, columns joined by `|`.
fn rows(client: &mut Client, sql: &str) -> Vec<String> {
    let messages = client.simple_query(sql).unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    let mut found = Vec::new();
    for message in messages {
        if let SimpleQueryMessage::Row(row) = message {
            let values: Vec<&str> =
                (0..row.len()).map(|n| row.get(n).unwrap_or_default()).collect();
            found.push(values.join("|"));
        }
    }
    found
}

/// Returns the SQLSTATE that a statement is refused with.
fn refused(client: &mut Client, sql: &str) -> String {
    match client.batch_execute(sql) {
        Ok(()) => panic!("this went through: {sql}"),
        Err(error) => error.code().map_or_else(|| error.to_string(), |code| code.code().to_owned()),
    }
}
