from django.urls import path

from pilots.views import hosting, joining, public, staff

app_name = "pilots"
urlpatterns = [
    path("", public.pilots, name="list"),
    path("mine/", joining.mine, name="mine"),
    path("services/<slug:slug>/", public.service, name="service"),
    path("hosting/", hosting.hosting, name="hosting"),
    path("hosting/offer/", hosting.offer_test_bed, name="offer"),
    path("new/", staff.new, name="new"),
    path("new/service/<int:proposal>/", staff.new_service, name="new-service"),
    path("new/test-bed/<int:version>/", staff.choose_test_bed, name="choose-test-bed"),
    path("new/test-bed/<int:version>/add/", staff.add_test_bed, name="add-test-bed"),
    path("new/pilot/<int:version>/<int:test_bed>/", staff.new_pilot, name="new-pilot"),
    path("<slug:slug>/", public.detail, name="detail"),
    path("<slug:slug>/join/", joining.join, name="join"),
    path("<slug:slug>/leave/", joining.leave, name="leave"),
    path("<slug:slug>/access-needs/", joining.withdraw_access_needs, name="withdraw-access-needs"),
    path("<slug:slug>/asked-again/", joining.asked_again, name="asked-again"),
    path("<slug:slug>/edit/", staff.edit, name="edit"),
    path("<slug:slug>/consent/", staff.consent, name="consent"),
    path("<slug:slug>/announce/", staff.announce, name="announce"),
    path("<slug:slug>/end/", staff.end, name="end"),
    path("<slug:slug>/people/", staff.people, name="people"),
    path("<slug:slug>/contacts/", staff.contacts, name="contacts"),
]
