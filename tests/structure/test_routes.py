"""Every view says who may call it; addresses are those we promised, and hold no counter and no capital."""

import re

from flask import Flask
from werkzeug.routing import Rule

from vsportal.offices import Office
from vsportal.policy import Can

PROMISED = """
GET       /                                               children.my_work          signed_in
GET       /access-ended                                   access.ended              public
GET       /accessibility                                  shell.accessibility       public
GET       /children                                       children.children         signed_in
POST      /children                                       children.find_children    signed_in
GET       /children/<ref>                                 children.child            see_child
POST      /children/<ref>/address                         access.address            reveal
GET       /children/<ref>/card                            access.card               see_card
POST      /children/<ref>/card/read                       access.card_read          confirm_card
GET       /children/<ref>/concerns                        reviews.concerns          see_concerns
POST      /children/<ref>/concerns                        reviews.raise_one         raise_concern
POST      /children/<ref>/concerns/<key>                  reviews.answer_one        answer_concern
GET       /children/<ref>/one-page                        reviews.one_page          see_concerns
GET,POST  /children/<ref>/plans/new                       peps.open_plan            open_pep
GET,POST  /children/<ref>/sharing                         sharing.sharing           delegate
POST      /children/<ref>/sharing/end                     sharing.end_lending       delegate
GET       /children/<ref>/access                          access.who_can_see        see_who_can_see
GET,POST  /children/<ref>/access/end                      access.end                end_access
GET,POST  /children/<ref>/access/restore                  access.restore            end_access
GET       /children/<ref>/kept-words                      access.kept_words         read_kept_words
POST      /children/<ref>/kept-words                      access.read_kept_words    read_kept_words
GET       /children/<ref>/looks                           access.looks              see_looks
GET,POST  /emergency                                      access.emergency          break_glass
POST      /emergency/end                                  access.end_emergency      signed_in
GET       /emergency/report                               access.report             read_broken_glass
POST      /emergency/report                               access.read_report        read_broken_glass
GET       /files/<ref>                                    files.file                see_section
POST      /files/<ref>/remove                             files.remove              answer
GET       /healthz                                        shell.healthz             public
GET       /peps/<ref>                                     peps.pep                  see_pep
GET       /peps/<ref>/copies                              meetings.copies           release_copy
POST      /peps/<ref>/copies                              meetings.decide_copy      release_copy
GET       /peps/<ref>/copies/<key>                        meetings.preview_copy     release_copy
POST      /peps/<ref>/copies/<key>/release                meetings.release_copy     release_copy
GET       /peps/<ref>/letter                              meetings.letter           see_letter
GET       /peps/<ref>/meeting.ics                         meetings.meeting          see_letter
GET,POST  /peps/<ref>/close                               peps.close                close_pep
GET,POST  /peps/<ref>/open-again                          peps.open_again           reopen_pep
GET       /peps/<ref>/requests                            funding.plan_requests     see_request
POST      /peps/<ref>/requests                            funding.begin_request     request_funding
GET       /children/<ref>/requests                        funding.child_requests    see_request
POST      /children/<ref>/requests                        funding.begin_first_request  request_funding
GET,POST  /children/<ref>/requests/propose                funding.propose_request   propose_funding
GET       /requests/<ref>                                 funding.request_page      see_request
GET       /requests/<ref>/edit                            funding.edit_request      request_funding
POST      /requests/<ref>/edit                            funding.save_request      request_funding
POST      /requests/<ref>/draft                           funding.draft_request     request_funding
POST      /requests/<ref>/take-up                         funding.take_up_request   request_funding
POST      /requests/<ref>/answer                          funding.answer_request    request_funding
POST      /requests/<ref>/withdraw                        funding.withdraw_request  request_funding
POST      /requests/<ref>/target                          funding.move_request      request_funding
POST      /requests/<ref>/moved                           funding.settle_move       see_request
GET,POST  /requests/<ref>/evaluation                      funding.evaluate_request  evaluate_funding
POST      /requests/<ref>/files                           funding.add_paper         request_funding
GET       /requests/<ref>/files/<file_ref>                funding.paper             see_request
POST      /requests/<ref>/files/<file_ref>/remove         funding.remove_paper      request_funding
GET,POST  /peps/<ref>/my-targets                          peps.my_targets           comment
GET       /peps/<ref>/my-views                            peps.my_views             see_section
GET,POST  /peps/<ref>/my-views/<field_id>                 peps.my_views_question    answer
GET,POST  /peps/<ref>/my-views/finish                     peps.my_views_finish      complete_section
POST      /peps/<ref>/my-views/form                       peps.my_views_form        answer
GET,POST  /peps/<ref>/my-views/helper                     peps.my_views_helper      answer
GET       /peps/<ref>/pack                                meetings.pack             see_document
POST      /peps/<ref>/parts/<part>/submit                 peps.submit_part          submit_part
POST      /peps/<ref>/row-links                           sharing.make_link         link_row
POST      /peps/<ref>/row-links/end                       sharing.end_link          link_row
POST      /peps/<ref>/sections/<section_id>               peps.save_section         answer
GET       /peps/<ref>/sections/<section_id>               peps.section              see_section
GET,POST  /peps/<ref>/sections/<section_id>/check         peps.check                complete_section
POST      /peps/<ref>/sections/<section_id>/confirm       peps.confirm              answer
POST      /peps/<ref>/sections/<section_id>/draft         peps.draft                answer
POST      /peps/<ref>/sections/<section_id>/fields/<key>  peps.field                answer
POST      /peps/<ref>/sections/<section_id>/files         files.add                 answer
POST      /peps/<ref>/sections/<section_id>/hand-back     sharing.hand_back         answer
GET       /office/differences                                      peps.differences      keep_children
POST      /office/differences/<ref>/<section_id>/<key>             peps.put_right        keep_children
GET       /peps/<ref>/sections/<section_id>/history/<key>          peps.history  see_section
POST      /peps/<ref>/sections/<section_id>/history/<key>/restore  peps.restore  answer
POST      /peps/<ref>/sections/<section_id>/reopen        peps.reopen               reopen_section
POST      /peps/<ref>/sections/<section_id>/rows          peps.rows                 answer
GET       /reviews                                        reviews.queue             review_queue
GET       /peps/<ref>/review                              reviews.review            see_review_notes
POST      /peps/<ref>/review                              reviews.rate              review
POST      /peps/<ref>/review/actions                      reviews.add_action        review
POST      /peps/<ref>/review/begin                        reviews.begin             review
GET,POST  /peps/<ref>/review/finish                       reviews.finish            review
POST      /peps/<ref>/review/send-back                    reviews.send_back         review
POST      /peps/<ref>/review/take-over                    reviews.take_over         review
POST      /peps/<ref>/review-actions/done                 reviews.action_done       see_ratings
GET       /peps/<ref>/second-rating                       reviews.second            rate_again
POST      /peps/<ref>/second-rating                       reviews.rate_again        rate_again
POST      /peps/<ref>/second-rating/begin                 reviews.begin_second      rate_again
GET,POST  /peps/<ref>/second-rating/finish                reviews.finish_second     rate_again
GET       /peps/<ref>.pdf                                 signing.plan_pdf          see_document
GET       /peps/<ref>/letter.pdf                          signing.letter_pdf        see_letter
GET       /peps/<ref>/blank.pdf                           signing.blank_pdf         see_document
GET       /peps/<ref>/addenda                             signing.addenda           see_document
POST      /peps/<ref>/addenda                             signing.add               add_addendum
GET,POST  /peps/<ref>/sign-off                            signing.sign_off          sign_off
GET       /peps/<ref>/who-can-see                         peps.who_can_see          see_pep
GET       /peps/<ref>/wishes                              peps.wishes               see_section
POST      /peps/<ref>/wishes/<key>                        peps.answer               answer_wish
GET       /privacy                                        shell.privacy             public
GET       /funding/policy/<ref>                           funding.read_policy        signed_in
GET       /office/funding/policies                        funding.policy_list       keep_funding_policy
GET       /office/funding/policies/<ref>                  funding.policy_version    keep_funding_policy
GET,POST  /office/funding/policies/<ref>/parts/<part>/<key>  funding.policy_part  keep_funding_policy
GET,POST  /office/funding/policies/<ref>/parts/<part>  funding.policy_part  keep_funding_policy
GET,POST  /office/funding/policies/<ref>/discard          funding.discard_policy    keep_funding_policy
GET,POST  /office/funding/policies/<ref>/publish          funding.publish_policy    keep_funding_policy
GET       /office/funding/policies/<ref>/rehearsal        funding.rehearse_policy   keep_funding_policy
POST      /office/funding/policies/<ref>/rows             funding.move_policy_row   keep_funding_policy
GET,POST  /office/funding/policies/new                    funding.start_policy      keep_funding_policy
GET,POST  /office/funding/budget                         funding.budget            keep_budget
GET,POST  /office/funding/budget/override                funding.override          keep_budget
GET,POST  /office/funding/budget/reuse                   funding.reuse             keep_budget
GET       /office/funding/money                          funding.money             see_money
GET       /office/funding/money/nothing                  funding.without_money     see_money
GET       /office/funding/money/requests                 funding.money_list        see_money
GET       /office/funding/payments                       funding.payments          pay
POST      /office/funding/payments                       funding.make_batch        pay
GET,POST  /office/funding/payments/<ref>                 funding.batch             pay
GET       /office/funding/payments/<ref>/file            funding.batch_file        pay
GET       /office/funding/year-end                       funding.year_end_page     see_money
POST      /office/funding/year-end                       funding.close_year        keep_budget
GET       /requests                                       funding.requests          signed_in
POST      /requests/<ref>/clinical-view                   funding.clinical_view     give_clinical_view
GET       /requests/<ref>/decision                        funding.decision          decide_funding
POST      /requests/<ref>/decision                        funding.decide            decide_funding
GET       /requests/panel                                 funding.panel_list        signed_in
GET       /requests/panel/print                           funding.panel_print       signed_in
GET       /row/<token>                                    sharing.row               public
POST      /row/<token>                                    sharing.open_row          public
POST      /row/<token>/line                               sharing.save_row          public
GET,POST  /schools/<ref>/deputies                         sharing.deputies          signed_in
POST      /schools/<ref>/deputies/end                     sharing.end_deputy        signed_in
POST      /session/keep                                   accounts.keep             signed_in
POST      /session/names                                  shell.names               signed_in
GET       /session/token                                  accounts.token            signed_in
GET       /sessions                                       accounts.sessions         signed_in
POST      /sessions/end                                   accounts.end_sessions     signed_in
GET       /office                                         admin.office              signed_in
GET,POST  /office/authority                               admin.change_authority    keep_dates
GET       /office/children                                admin.children            keep_children
POST      /office/children                                admin.find_children       keep_children
GET       /office/children/<ref>                          admin.child               keep_children
GET,POST  /office/children/<ref>/account                  admin.give_account        keep_children
GET,POST  /office/children/<ref>/account/end              admin.end_account         keep_children
GET,POST  /office/children/<ref>/care/end                 admin.end_care            keep_children
GET,POST  /office/children/<ref>/care/new                 admin.start_care          keep_children
GET,POST  /office/children/<ref>/care/status              admin.change_status       keep_children
GET,POST  /office/children/<ref>/home                     admin.move_home           keep_children
GET,POST  /office/children/<ref>/home/end                 admin.end_home            keep_children
GET,POST  /office/children/<ref>/particulars              admin.change_child        keep_children
GET,POST  /office/children/<ref>/school                   admin.move_school         keep_children
GET,POST  /office/children/<ref>/school/end               admin.leave_school        keep_children
GET,POST  /office/children/<ref>/worker                   admin.change_worker       keep_children
GET,POST  /office/children/<ref>/worker/end               admin.end_worker          keep_children
GET,POST  /office/children/new                            admin.new_child           keep_children
GET       /office/households                              admin.households          keep_children
POST      /office/households                              admin.find_households     keep_children
GET       /office/households/<ref>                        admin.household           keep_children
GET,POST  /office/households/<ref>/address                admin.change_address      keep_children
GET,POST  /office/households/<ref>/particulars            admin.change_household    keep_children
GET,POST  /office/households/<ref>/people/end             admin.end_member          keep_children
GET,POST  /office/households/<ref>/people/new             admin.new_member          keep_children
GET,POST  /office/households/new                          admin.new_household       keep_children
GET       /office/people                                  admin.people              keep_people
POST      /office/people                                  admin.find_people         keep_people
GET       /office/people/<ref>                            admin.person              keep_people
GET,POST  /office/people/<ref>/account                    admin.change_account      keep_people
GET,POST  /office/people/<ref>/close                      admin.close_account       keep_people
GET,POST  /office/people/<ref>/reopen                     admin.reopen_account      keep_people
GET,POST  /office/people/<ref>/roles/end                  admin.end_role            keep_people
GET,POST  /office/people/<ref>/roles/new                  admin.new_role            keep_people
GET,POST  /office/people/new                              admin.new_person          keep_people
GET       /office/reviews/agreement                      reviews.agreement         see_agreement
GET       /office/reviews/scheme                         reviews.scheme            keep_scheme
GET       /office/reviews/scheme/draft                   reviews.scheme_draft      keep_scheme
GET,POST  /office/reviews/scheme/draft/drop              reviews.scheme_drop       keep_scheme
GET,POST  /office/reviews/scheme/draft/effects           reviews.scheme_effects    keep_scheme
POST      /office/reviews/scheme/draft/new               reviews.scheme_draft_new  keep_scheme
GET,POST  /office/reviews/scheme/draft/publish           reviews.scheme_publish    keep_scheme
GET,POST  /office/reviews/scheme/draft/rules             reviews.scheme_rules      keep_scheme
GET,POST  /office/reviews/scheme/draft/sections/<section_id>  reviews.scheme_section  keep_scheme
GET,POST  /office/reviews/scheme/draft/words             reviews.scheme_words      keep_scheme
GET       /office/reviews/scheme/versions/<ref>          reviews.scheme_version    keep_scheme
GET       /office/schools                                 admin.schools             keep_people
POST      /office/schools                                 admin.find_schools        keep_people
GET       /office/schools/<ref>                           admin.school              keep_people
GET,POST  /office/schools/<ref>/inspections/new           admin.new_inspection      keep_people
GET,POST  /office/schools/<ref>/particulars               admin.change_school       keep_people
GET,POST  /office/schools/new                             admin.new_school          keep_people
GET       /office/settings                                admin.settings            keep_dates
GET,POST  /office/settings/change                         admin.change_setting      keep_dates
GET       /office/teams                                   admin.teams               keep_people
GET,POST  /office/teams/new                               admin.new_team            keep_people
GET,POST  /office/teams/rename                            admin.rename_team         keep_people
GET       /office/terms                                   admin.terms               keep_dates
GET,POST  /office/terms/change                            admin.change_term         keep_dates
GET,POST  /office/terms/new                               admin.new_term            keep_dates
GET       /office/imports                                 imports.runs              import
POST      /office/imports                                 imports.upload            import
GET       /office/imports/<kind>/example                  imports.example_file      import
GET       /office/imports/<ref>                           imports.run               import
POST      /office/imports/<ref>/apply                     imports.apply             import
GET       /office/imports/<ref>/problems                  imports.problems          import
GET       /office/outbox                                  messages.outbox_page      see_outbox
GET,POST  /office/terms/<term_key>/plans                  peps.open_term            open_term
POST      /office/outbox/<ref>/again                      messages.send_mail_again  see_outbox
POST      /office/outbox/send                             messages.send_now         see_outbox
GET,POST  /peps/<ref>/sections/<section_id>/paste/<field_id>  peps.paste  answer
GET,POST  /cover                                          children.cover            arrange_cover
POST      /cover/end                                      children.end_cover_now    arrange_cover
GET,POST  /sign-in                                        accounts.sign_in          public
POST      /sign-out                                       accounts.sign_out         public
GET       /theme/<ref>.css                                shell.theme               public
"""
"""Method, address, endpoint and permission of every view. A new one is added here by hand."""
PARAMETER = re.compile(r"<(?:(?P<kind>[^:<>]+):)?(?P<name>[^<>]+)>")
OPAQUE = {"ref", "file_ref", "section_id", "field_id", "key", "part", "token", "term_key", "kind"}
"""Parameters that are text: references and names, never counters."""


def views(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def methods(rule: Rule) -> str:
    return ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def permission(app: Flask, rule: Rule) -> str:
    return str(getattr(app.view_functions[rule.endpoint], "permission", ""))


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    unsaid = sorted(rule.endpoint for rule in views(app) if not permission(app, rule))

    assert unsaid == []


def test_a_permission_is_public_signed_in_or_one_that_policy_knows(app: Flask) -> None:
    known = {"public", "signed_in", *map(str, Can), *map(str, Office)}

    assert {permission(app, rule) for rule in views(app)} <= known


def test_the_addresses_are_those_we_list(app: Flask) -> None:
    found = sorted((methods(rule), rule.rule, rule.endpoint, permission(app, rule)) for rule in views(app))

    assert found == sorted(tuple(line.split()) for line in PROMISED.strip().splitlines())


def test_addresses_are_in_kebab_case_and_have_no_slash_at_the_end(app: Flask) -> None:
    for rule in views(app):
        fixed = PARAMETER.sub("", rule.rule)

        assert re.fullmatch(r"[a-z0-9/.-]*", fixed), rule.rule
        assert rule.rule == "/" or not rule.rule.endswith("/"), rule.rule


def test_parameters_are_opaque_references_or_typed_numbers(app: Flask) -> None:
    for rule in views(app):
        for found in PARAMETER.finditer(rule.rule):
            assert found["kind"] == "int" or found["name"] in OPAQUE, rule.rule


def test_only_signing_in_and_out_and_a_link_to_a_line_can_be_sent_by_anybody(app: Flask) -> None:
    public = (rule for rule in views(app) if permission(app, rule) == "public")
    open_to_all = {rule.endpoint for rule in public if "POST" in methods(rule)}

    by_a_link = {"sharing.open_row", "sharing.save_row"}  # which holds a token of 256 random bits
    assert open_to_all == {"accounts.sign_in", "accounts.sign_out"} | by_a_link
