from django.urls import path

from surveys.views import answer, banks, desk, entering, planning, public, reports

app_name = "surveys"
urlpatterns = [
    path("answer/<int:pk>/", answer.begin, name="answer"),
    path("answer/<int:pk>/with/<str:token>/", answer.with_link, name="answer_link"),
    path("answer/<int:pk>/screen/<int:number>/", answer.screen, name="answer_screen"),
    path("answer/<int:pk>/review/", answer.review, name="answer_review"),
    path("answer/<int:pk>/thanks/", answer.thanks, name="answer_thanks"),
    path("pilots/<slug:slug>/rule/", public.rule, name="rule"),
    path("waves/<int:pk>/results/", public.results, name="results"),
    path("waves/<int:pk>/report/", reports.report, name="report"),
    path("waves/<int:pk>/report/order/", reports.order, name="order_report"),
    path("reports/<int:pk>/report.pdf", reports.pdf, name="report_pdf"),
    path("reports/<int:pk>/pack.zip", reports.pack, name="report_pack"),
    path("desk/", desk.desk, name="desk"),
    path("desk/banks/", banks.banks, name="banks"),
    path("desk/banks/<slug:name>/", banks.bank, name="bank"),
    path("desk/load-bank/", banks.load, name="load_bank"),
    path("desk/pilots/<slug:slug>/plan/", planning.plan, name="plan"),
    path("desk/pilots/<slug:slug>/questions/", planning.questions, name="questions"),
    path("desk/pilots/<slug:slug>/rule/", planning.register, name="register"),
    path("desk/pilots/<slug:slug>/rule/dates/", planning.amend, name="amend"),
    path("desk/waves/<int:pk>/", desk.wave, name="wave"),
    path("desk/waves/<int:pk>/live/", desk.wave_live, name="wave_live"),
    path("desk/waves/<int:pk>/verdict/", desk.verdict, name="verdict"),
    path("desk/waves/<int:pk>/verdict/sign/", desk.sign, name="sign"),
    path("desk/waves/<int:pk>/open/", desk.open_now, name="open"),
    path("desk/waves/<int:pk>/close/", desk.close_now, name="close"),
    path("desk/waves/<int:pk>/cancel/", desk.cancel, name="cancel"),
    path("desk/waves/<int:pk>/enter/", entering.enter, name="enter"),
    path("desk/waves/<int:pk>/enter/<int:enrolment>/", entering.enter_for, name="enter_for"),
]
